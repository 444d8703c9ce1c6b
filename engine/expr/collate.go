package expr

import (
	"fmt"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// order is how the words of one language are sorted.
type order struct {
	locale, sensitivity string
	numeric             bool
}

// maxOrders bounds how many languages one call of Eval may sort in.
const maxOrders = 16

// compare answers localeCompare: -1, 0 or 1.
func (c *call) compare(a, b string, o order) (any, error) {
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
	return col.CompareString(a, b), nil
}
