package inspector

// Words of the preview of what approvers see.
const (
	textPreviewTitle = "As approvers will see it"
	textPreviewAbout = "Nobody is asked, no link is made and no mail goes out."
)
