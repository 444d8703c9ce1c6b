package windmill

import (
	"strconv"
	"strings"
)

// absent are the families of calls that Sluice does not have, with what to do
// instead. The longest prefix counts.
var absent = map[string]string{
	"jobs/slack_approval/":      "Sluice asks by e-mail, not in Slack. Use askByMail, or post the links of getResumeUrls yourself.",
	"jobs/teams_approval/":      "Sluice asks by e-mail, not in Teams. Use askByMail, or post the links of getResumeUrls yourself.",
	"jobs/wac_approval_urls/":   "Workflows as code do not run here. Put the approval on a step of a flow and call getResumeUrls in it.",
	"jobs/wac/":                 "Workflows as code do not run here. Put the steps into a flow.",
	"oidc/":                     "Sluice signs no identity tokens: nothing on this computer could vouch for them. Put the other service's own key into a secret variable.",
	"job_helpers/":              "Sluice has no file store of its own. Read and write the bucket with its own client and a resource that holds its keys.",
	"drafts/":                   "Sluice keeps no drafts: a flow is saved as it is, with its versions.",
	"flows/history/":            flowVersions,
	"flows/get_latest_version/": flowVersions,
	"flows/get/v/":              flowVersions,
	"apps/":                     "Sluice has no apps and signs no file addresses.",
	"jobs/restart/":             "A run cannot be started again from its middle. Start the flow again.",
	"jobs/run_and_stream/":      "Answers are not streamed. Use run_wait_result, or run and get_result_maybe.",
	"jobs_u/getupdate_sse/":     "Answers are not streamed. Use getupdate.",
	"jobs/run_inline/":          "Run the query in a step of its own, or with the database's own client.",
	"schedules/":                "Of schedules there are list, get, exists, preview, create, update, setenabled and delete.",
	"users/tokens/":             "Tokens are made for jobs only, and end with them.",
	"kafka_triggers/":           "There are no Kafka triggers here.",
	"teams/":                    "Sluice sends e-mail, not messages in Teams. Use sendMail.",
}

const flowVersions = "Versions of a flow have hashes here, no numbers: `sluice versions PATH` lists them, and jobs/run/fv takes one."

// missing answers what Windmill has and Sluice has not: 501, and why.
func (l *local) missing(c call) error {
	at := strings.TrimPrefix(c.r.URL.Path, "/api/")
	if rest, ok := strings.CutPrefix(at, "w/"); ok {
		_, at, _ = strings.Cut(rest, "/")
	}
	hint, most := "", 0
	for prefix, h := range absent {
		if strings.HasPrefix(at, prefix) && len(prefix) > most {
			hint, most = " "+h, len(prefix)
		}
	}
	return c.writeText(501, "Sluice does not have the call "+c.r.Method+" "+strconv.Quote(at)+" of the Windmill API."+hint+"\n")
}
