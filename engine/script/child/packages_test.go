package child

import (
	"strings"
	"testing"
)

func TestHintsNameThePackageOfAModule(t *testing.T) {
	for name, want := range map[string]string{
		"PIL": "-m pip install Pillow", "PIL.Image": "-m pip install Pillow", "cv2": "-m pip install opencv-python", "requests": "-m pip install requests",
		"google.cloud.storage": "-m pip install google-cloud-storage", "google": "other names", "f.app.lib": "from f.folder.name", "somebody": "other names",
	} {
		if _, hint := missingModule(name, "/usr/bin/python3"); !strings.Contains(hint, want) || want == "other names" && strings.Contains(hint, name) {
			t.Errorf("%s: %s", name, hint)
		}
	}
}
