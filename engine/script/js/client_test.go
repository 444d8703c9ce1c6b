package js

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"sluice/engine/script/internal/scripttest"

	"github.com/google/go-cmp/cmp"
)

func TestClientOfTypeScript(t *testing.T) {
	x := newJS(t)
	j, a := scripttest.WithAPI(t, scripttest.Job("deno", `
		import * as wmill from "npm:windmill-client@^1.158.2";
		import client from "wmill";
		import { getResumeEndpoints } from "https://deno.land/x/windmill@v1.85.0/mod.ts";
		import { getResource } from "windmill-client@1";
		export async function main() {
			const out = [await wmill.getResumeUrls("bob", true), await getResumeEndpoints()];
			out.push(await getResource("$res:u/me/a b"), await wmill.getResource("u/me/missing", true) ?? "none");
			try { await getResource("u/me/missing") } catch (e) { out.push(e.message) }
			await wmill.setVariable("u/me/known", "v"); await wmill.setVariable("u/me/new", "v", true);
			await client.setState({n: 1}); out.push(await client.getState());
			await wmill.setFlowUserState("k", null); out.push(await wmill.getFlowUserState("k"));
			await wmill.cancelJob("id-1", "enough"); out.push(await wmill.runFlow("f/x", {a: 1}));
			await wmill.askByMail({account: {path: "u/me/gmail", token: "x"}, to: "a@x.example, b@x.example", subject: "S", question: "Q?", message: "M", facts: {Amount: 3}, default_args: {r: 1}, enums: {c: ["x"]}});
			await wmill.sendMail({account: "$res:u/me/gmail", to: ["a@x.example"], subject: "S", text: "T"});
			return out;
		}`, `{}`))
	got, err := x.Run(context.Background(), j, &scripttest.Log{})
	if err != nil {
		t.Fatal(err)
	}
	urls := `{"approvalPage":"http://p","resume":"http://r","cancel":"http://c"}`
	want := `[` + urls + `,` + urls + `,{"v":1},"none","Resource not found at u/me/missing or not visible to you: there is none",{"v":1},{"v":1},{"ok":1}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"GET jobs/resume_urls/job-1/N?approver=bob&flow_level=true", "GET jobs/resume_urls/job-1/N",
		"GET resources/get_value_interpolated/u/me/a%20b", "GET resources/get_value_interpolated/u/me/missing", "GET resources/get_value_interpolated/u/me/missing",
		"GET variables/exists/u/me/known", `POST variables/update/u/me/known {"value":"v"}`,
		"GET variables/exists/u/me/new", `POST variables/create {"path":"u/me/new","value":"v","is_secret":true,"description":""}`,
		"GET resources/exists/u/me/state", `POST resources/create {"path":"u/me/state","value":{"n":1},"resource_type":"state"}`, "GET resources/get_value_interpolated/u/me/state",
		"GET jobs_u/get_root_job_id/job-1", "POST jobs/flow/user_states/root/k null", "GET jobs_u/get_root_job_id/job-1", "GET jobs/flow/user_states/root/k",
		`POST jobs_u/queue/cancel/id-1 {"reason":"enough"}`, `POST jobs/run/f/f/x?parent_job=job-1 {"a":1}`, "GET jobs_u/completed/get_result_maybe/id-7",
		`POST sluice/ask {"account":"u/me/gmail","to":["a@x.example, b@x.example"],"subject":"S","ask":{"question":"Q?","message":"M","facts":[{"label":"Amount","value":"3"}],"default_args":{"r":1},"enums":{"c":["x"]}}}`,
		`POST sluice/mail {"account":"u/me/gmail","to":["a@x.example"],"subject":"S","text":"T"}`,
	}, a.Got()); diff != "" {
		t.Error(diff)
	}
}

func TestFetch(t *testing.T) {
	hold := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bytes":
			w.Write([]byte{255, 0, 128})
		case "/moved":
			http.Redirect(w, r, "/echo", http.StatusFound)
		case "/hang":
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		default:
			b, _ := io.ReadAll(r.Body)
			w.Header().Set("X-Kind", r.Header.Get("Content-Type"))
			w.WriteHeader(202)
			json.NewEncoder(w).Encode(struct {
				M string `json:"m"`
				B string `json:"b"`
			}{r.Method, string(b)})
		}
	}))
	defer srv.Close()
	defer close(hold)
	x := newJS(t)
	got, err := x.Run(context.Background(), scripttest.Job("nativets", `export async function main(u: string) {
		const r = await fetch(u + "/echo", {method: "post", body: new URLSearchParams({a: "ü"})});
		const bytes = new Uint8Array(await (await fetch(new URL("/bytes", u))).arrayBuffer());
		const sent = await (await fetch(u, {method: "PUT", body: bytes})).json();
		const moved = await fetch(u + "/moved"), still = await fetch(u + "/moved", {redirect: "manual"});
		const c = new AbortController();
		setTimeout(() => c.abort(), 5);
		const aborted = await fetch(u + "/hang", {signal: c.signal}).catch(e => e.name);
		const refused = await fetch("http://127.0.0.1:1/").catch(e => e.constructor.name + ": " + e.message.slice(0, 12));
		return [r.status, r.ok, r.headers.get("x-kind"), await r.json(), [...bytes], sent.m, moved.redirected, moved.status, still.status, aborted, refused];
	}`, string(mustJSON(map[string]string{"u": srv.URL}))), &scripttest.Log{})
	if err != nil {
		t.Fatal(err)
	}
	want := `[202,true,"application/x-www-form-urlencoded;charset=UTF-8",{"m":"POST","b":"a=%C3%BC"},[255,0,128],"PUT",true,202,302,"AbortError","TypeError: fetch failed"]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestNodeModules(t *testing.T) {
	got, err := newJS(t).Run(context.Background(), scripttest.Job("bun", `import { createHash, createHmac, randomUUID } from "crypto"; import { Buffer as B } from "node:buffer"; import { setTimeout as wait } from "node:timers/promises";
	export async function main() { await wait(1); return [createHash("md5").update("a").digest("hex"), createHmac("sha256", "k").update("a").digest().length, randomUUID().length, B.from("a").toString("hex")] }`, `{}`), &scripttest.Log{})
	if err != nil {
		t.Fatal(err)
	}
	if want := `["0cc175b9c0f1b6a831c399e269772661",32,36,"61"]`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSourceMapOfBrokenMapIsEmpty(t *testing.T) {
	for _, text := range []string{"", "{", `{"mappings":"!!,;"}`, `{"mappings":5}`} {
		if _, n := readMap(text).line(1, 1); n != 0 {
			t.Errorf("%q gives line %d", text, n)
		}
	}
}
