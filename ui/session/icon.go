package session

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"runtime"
)

// iconSize is the icon's side in pixels: it goes over the bus point by point, and no tray
// shows a larger one.
const iconSize = 64

// shrunk makes a picture as small as an icon.
func shrunk(icon []byte) (*image.NRGBA, error) {
	big, err := png.Decode(bytes.NewReader(icon))
	if err != nil {
		return nil, err
	}
	b := big.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, iconSize, iconSize))
	for y := range iconSize {
		for x := range iconSize {
			from := image.Rect(b.Dx()*x/iconSize, b.Dy()*y/iconSize, max(b.Dx()*(x+1)/iconSize, b.Dx()*x/iconSize+1), max(b.Dy()*(y+1)/iconSize, b.Dy()*y/iconSize+1))
			var sum [4]uint32
			n := uint32(from.Dx() * from.Dy())
			for yy := from.Min.Y; yy < from.Max.Y; yy++ {
				for xx := from.Min.X; xx < from.Max.X; xx++ {
					r, g, bl, a := big.At(b.Min.X+xx, b.Min.Y+yy).RGBA()
					sum[0], sum[1], sum[2], sum[3] = sum[0]+r, sum[1]+g, sum[2]+bl, sum[3]+a
				}
			}
			mean := func(i int) uint16 { return uint16(sum[i] / n) }
			out.Set(x, y, color.RGBA64{R: mean(0), G: mean(1), B: mean(2), A: mean(3)})
		}
	}
	return out, nil
}

// small is a PNG as a small PNG; one that is none stays.
func small(icon []byte) []byte {
	img, err := shrunk(icon)
	var b bytes.Buffer
	if err != nil || png.Encode(&b, img) != nil {
		return icon
	}
	return b.Bytes()
}

// iconFor is a PNG in the form that this system's tray takes.
func iconFor(icon []byte) []byte {
	if runtime.GOOS == "windows" {
		return ico(small(icon))
	}
	return small(icon)
}

// ico puts a PNG of iconSize into a Windows icon file.
func ico(icon []byte) []byte {
	var b bytes.Buffer
	const head = 6 + 16
	_ = binary.Write(&b, binary.LittleEndian, []uint16{0, 1, 1}) // an icon, of one picture
	b.Write([]byte{iconSize, iconSize, 0, 0})                    // no palette
	_ = binary.Write(&b, binary.LittleEndian, []uint16{1, 32})   // bits of a point
	_ = binary.Write(&b, binary.LittleEndian, []uint32{uint32(len(icon)), head})
	b.Write(icon)
	return b.Bytes()
}
