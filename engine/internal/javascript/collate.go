package javascript

import (
	"fmt"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Collation compares words as their language sorts them. The zero value is ready
// for one call of an expression, or one job.
type Collation struct{ orders map[order]*collate.Collator }

// order is how the words of one language are sorted.
type order struct {
	locale, sensitivity string
	numeric             bool
}

// maxOrders bounds how many languages one Collation sorts in.
const maxOrders = 16

// Compare answers localeCompare as intl.js asks for it, with two texts, a locale,
// the sensitivity and whether numbers count as such: -1, 0 or 1.
func (c *Collation) Compare(args []any) (any, error) {
	if len(args) != 5 {
		return nil, fmt.Errorf("compare takes five arguments, not %d", len(args))
	}
	var text [4]string
	for i := range text {
		text[i], _ = args[i].(string)
	}
	numeric, _ := args[4].(bool)
	o := order{text[2], text[3], numeric}
	col := c.orders[o]
	if col == nil {
		tag, err := language.Parse(o.locale)
		if err != nil || len(c.orders) == maxOrders {
			return nil, fmt.Errorf("the locale %q is not known", o.locale)
		}
		var opts []collate.Option
		switch o.sensitivity {
		case "variant":
		case "case":
			opts = append(opts, collate.IgnoreDiacritics)
		case "accent":
			opts = append(opts, collate.IgnoreCase)
		case "base":
			opts = append(opts, collate.Loose)
		default:
			return nil, fmt.Errorf("sensitivity %q is not known", o.sensitivity)
		}
		if o.numeric {
			opts = append(opts, collate.Numeric)
		}
		col = collate.New(tag, opts...)
		if c.orders == nil {
			c.orders = map[order]*collate.Collator{}
		}
		c.orders[o] = col
	}
	return col.CompareString(text[0], text[1]), nil
}
