import wmill


def main(hash):
    out = {}

    def note(name, call):
        try:
            out[name] = call()
        except Exception as e:
            out[name] = "! " + str(e).split(": ", 1)[-1][:60]

    path = "u/client/mod_"
    wmill.set_variable(path + "v", "one")
    wmill.set_variable(path + "v", "two")
    note("variable", lambda: wmill.get_variable(path + "v"))
    wmill.set_resource({"a": 1}, path + "r", "thing")
    note("resource", lambda: wmill.get_resource(path + "r"))
    note("no resource", lambda: wmill.get_resource(path + "none", none_if_undefined=True))
    note("resources", lambda: [r["path"] for r in wmill.list_resources("thing")])
    note("no state", wmill.get_state)
    note("state", lambda: (wmill.set_state({"n": 1}), wmill.get_state())[1])
    note("user state", lambda: (wmill.set_flow_user_state("k", [1]), wmill.get_flow_user_state("k"))[1])
    note("flow", lambda: wmill.run_flow("u/client/double", {"n": 2}))
    note("script", lambda: wmill.run_script_by_path("u/client/greet", {"name": "Li"}))
    note("by hash", lambda: wmill.run_script_by_hash(hash, {"name": "Bo"}))
    note("failure", lambda: wmill.run_flow("u/client/fails"))
    job = wmill.run_flow_async("u/client/waits")
    note("running", lambda: wmill.get_job_status(job))
    note("cancel", lambda: wmill.cancel_job(job, "enough") == job)
    note("canceled", lambda: wmill.get_job_status(job))
    note("others", wmill.cancel_running)
    note("progress", lambda: (wmill.set_progress(12), wmill.get_progress())[1])
    note("who", lambda: wmill.whoami()["username"])
    note("mail", lambda: wmill.username_to_email("desktop"))
    note("links", lambda: sorted(wmill.get_resume_urls("bob")))
    note("no files", lambda: wmill.load_s3_file({"s3": "a"}))
    return out
