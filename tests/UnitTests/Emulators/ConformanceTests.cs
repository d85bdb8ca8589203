using System.Globalization;

namespace OfflineActions.Tests.Emulators;

/// <summary>
/// What any Sync Gateway 3.1 answers, request by request. Runs against the emulator, or against a real one with its admin port open:
/// <c>SYNC_GATEWAY_URL</c>, <c>SYNC_GATEWAY_ADMIN_URL</c> and a database <c>db</c> whose guest sees every channel. What needs a configuration
/// of its own is tested elsewhere: the framing of an empty feed (<see cref="ChangesTests"/>), a closed public port (<see cref="AccessTests"/>), sync
/// functions (<see cref="SyncFunctionTests"/>), documents that are too large (<c>LargeDocumentTests</c>) and webhooks (<see cref="WebhookTests"/>).
/// </summary>
public sealed class ConformanceTests
{
    private const string Bar = "1-cd809becc169215072fd567eebd8b8de";

    private static readonly (string Name, string[] Steps)[] Vectors =
    [
        ("01 the root tells the port", ["""GET / -> 200 {"couchdb":"Welcome","vendor":{"name":"Couchbase Sync Gateway"},"ADMIN":true}""", """public GET / -> 200 {"ADMIN":null}""", "PUT / -> 405 \"GET, HEAD\"", "OPTIONS / -> 204 \"GET, HEAD\""]),
        ("02 a ping", ["GET /_ping -> 200 \"OK\"", "POST /_ping -> 405"]),
        ("03 a database", ["""GET /db/ -> 200 {"db_name":"db","state":"Online","update_seq":"*","committed_update_seq":"*","compact_running":false,"purge_seq":0,"disk_format_version":0}""", "GET /db -> 301 \"/db/\""]),
        ("04 a created document", [$$"""PUT /db/~d {"foo":"bar"} -> 201 {"id":"~d","ok":true,"rev":"{{Bar}}"}""", $"GET /db/~d -> 200 \"\\\"{Bar}\\\"\""]),
        ("05 one that exists", ["""PUT /db/~d {"foo":"bar"} -> 201""", """PUT /db/~d {"foo":"baz"} -> 409 {"error":"conflict","reason":"Document exists"}"""]),
        ("06 an update", ["""PUT /db/~d {"foo":"bar"} -> 201""", """PUT /db/~d?rev=$rev {"foo":"baz"} -> 201 {"rev":"2-e2207ccef039c325baaed5ac1dda8f65"}"""]),
        ("07 a stale revision", ["""PUT /db/~d {"foo":"bar"} -> 201""", """PUT /db/~d?rev=$rev {"foo":"baz"} -> 201""", $$"""PUT /db/~d?rev={{Bar}} {"x":1} -> 409 {"error":"conflict","reason":"Document revision conflict"}"""]),
        ("08 a revision of nothing", ["""PUT /db/~none?rev=1-abc {} -> 409 {"reason":"Document revision conflict"}"""]),
        ("09 a revision in the body or in a header", ["""PUT /db/~d {"foo":"bar"} -> 201""", """PUT /db/~d {"_rev":"$rev","a":1} -> 201 {"rev":"2-*"}""", """PUT /db/~d [If-Match: "$rev"] {"a":2} -> 201 {"rev":"3-*"}""", """PUT /db/~d [If-Match: $rev] {"a":3} -> 409"""]),
        ("10 two revisions", ["""PUT /db/~d?rev=1-a {"_rev":"1-b"} -> 400 {"error":"Bad Request","reason":"Revision IDs provided do not match"}"""]),
        ("11 another id and a strange revision", ["""PUT /db/~d {"_id":"other"} -> 400""", """PUT /db/~d?rev=xyz {} -> 400 {"reason":"Invalid revision ID"}"""]),
        ("12 reserved members", ["""PUT /db/~e {"_sync":{}} -> 400""", """PUT /db/~e {"_sync_a":1} -> 400""", """PUT /db/~e {"_purged":true} -> 400""", """PUT /db/~e {"_removed":true} -> 404""", """PUT /db/~e {"_foo":1} -> 201"""]),
        ("13 no document", ["PUT /db/~e -> 400 {\"error\":\"Bad Request\"}", "PUT /db/~e { -> 400 \"Bad JSON\"", "PUT /db/~e [1] -> 400", "PUT /db/~e [Content-Type: text/plain] {} -> 415"]),
        ("14 a read", ["""PUT /db/~d {"foo":"bar"} -> 201""", """GET /db/~d -> 200 {"_id":"~d","_rev":"$rev","foo":"bar"}""", """GET /db/~nope -> 404 {"error":"not_found","reason":"missing"}"""]),
        ("15 a deleted document", ["""PUT /db/~d {"foo":"bar"} -> 201""", """DELETE /db/~d?rev=$rev -> 200 {"ok":true,"rev":"2-*"}""", """GET /db/~d?rev=$rev -> 200 {"_deleted":true}""", """GET /db/~d -> 404 {"reason":"deleted"}"""]),
        ("16 one revived", ["""PUT /db/~d {"foo":"bar"} -> 201""", "DELETE /db/~d?rev=$rev -> 200", """PUT /db/~d {"a":1} -> 201 {"rev":"3-*"}"""]),
        ("17 deleting nothing", ["""DELETE /db/~ghost -> 200 {"rev":"1-2cac91faf7b3f5e5fd56ff377bdb5466"}""", """PUT /db/~live {} -> 201""", """DELETE /db/~live -> 409 {"reason":"Document exists"}"""]),
        ("18 a post", ["""POST /db/ {"_id":"~p"} -> 200 {"id":"~p"}""", """POST /db/ {"_id":"~p","_rev":"$rev"} -> 404 {"reason":"No previous revision to replace"}"""]),
        ("19 ids", ["""PUT /db/~AC%2FDC {} -> 201 {"id":"~AC/DC"}""", "GET /db/~AC%2FDC -> 200", $"PUT /db/{new string('x', 251)} {{}} -> 400 {{\"reason\":\"Invalid doc ID\"}}", "GET /db/_zzz -> 404 {\"reason\":\"unknown URL\"}"]),
        ("20 attachments kept and dropped", ["""PUT /db/~d {"_attachments":{"a":{"data":"aGk="}}} -> 201""", """PUT /db/~d?rev=$rev {"x":1,"_attachments":{"a":{"stub":true}}} -> 201""", """GET /db/~d -> 200 {"_attachments":{"a":{"revpos":1,"stub":true,"length":2,"digest":"sha1-witfkXg0JglCjW9RssWvTAveakI="}}}""", """PUT /db/~d?rev=$rev {"x":2} -> 201""", """GET /db/~d -> 200 {"_attachments":null}"""]),
        ("21 attachments of nothing", ["""PUT /db/~d {"_attachments":{"a":{"stub":true}}} -> 400 {"reason":"Missing digest in stub attachment \"a\""}""", """PUT /db/~d {"_attachments":{"a":{}}} -> 400 {"reason":"Missing data of attachment \"a\""}"""]),
        ("22 local documents", ["GET /db/_local/~c -> 404", """PUT /db/_local/~c {"s":1} -> 201 {"rev":"0-1"}""", """PUT /db/_local/~c {"s":2} -> 409""", """PUT /db/_local/~c {"_rev":"0-1","s":2} -> 201 {"rev":"0-2"}""", "DELETE /db/_local/~c -> 409", "DELETE /db/_local/~c?rev=0-2 -> 200"]),
        ("23 and 24 a feed", ["GET /db/_changes -> 200", """PUT /db/~1 {} -> 201""", """PUT /db/~2 {} -> 201""", """GET /db/_changes?since=$seq -> 200 {"results":[{"id":"~1","changes":[{"rev":"*"}]},{"id":"~2"}],"last_seq":"*"}""", """GET /db/_changes?since=$seq -> 200 {"results":[],"last_seq":"$seq"}"""]),
        ("25 a feed with a tombstone", ["GET /db/_changes -> 200", "DELETE /db/~1 -> 200", """GET /db/_changes?since=$seq&active_only=true -> 200 {"results":[]}""", """GET /db/_changes?filter=_doc_ids&doc_ids=["~1"] -> 200 {"results":[{"id":"~1","deleted":true}]}"""]),
        ("26 a feed's options", ["""GET /db/_changes?since=abc -> 400 {"reason":"Invalid sequence"}""", """GET /db/_changes?feed=foo -> 400 {"reason":"Unknown feed type"}""", "GET /db/_changes?filter=foo -> 400", """GET /db/_changes?filter=sync_gateway/bychannel -> 400 {"reason":"Missing 'channels' filter parameter"}""", "GET /db/_changes?feed=longpoll&filter=_doc_ids&doc_ids=a -> 400", "HEAD /db/_changes -> 400"]),
        ("27 a longpoll", ["GET /db/_changes -> 200", """GET /db/_changes?feed=longpoll&since=$seq&timeout=200 -> 200 {"results":[],"last_seq":"$seq"}"""]),
        ("28 a continuous feed", ["GET /db/_changes -> 200", "PUT /db/~1 {} -> 201", "GET /db/_changes?feed=continuous&since=$seq&timeout=300 -> 200 \"}]}\\n\\n\"", "GET /db/_changes?feed=continuous&since=$seq&timeout=300 -> 200 \"application/octet-stream\""]),
        ("29 a user's feed", ["""PUT /db/_user/~u {"password":"letmein","admin_channels":["~A"]} -> 201""", """~u:letmein GET /db/_changes -> 200 {"results":[{"id":"_user/~u","changes":[]}]}""", """PUT /db/~in {"channels":"~A"} -> 201""", "PUT /db/~out {} -> 201", """~u:letmein GET /db/_changes?since=$seq -> 200 {"results":[{"id":"~in"}]}""", """DELETE /db/~in?rev=1-x -> 409""", """GET /db/~in -> 200""", """PUT /db/~in?rev=$rev {"channels":"~B"} -> 201""", """~u:letmein GET /db/_changes?since=$seq -> 200 {"results":[{"id":"~in","removed":["~A"]}]}"""]),
        ("30 strangers", ["~nobody:letmein GET /db/ -> 401 {\"error\":\"Unauthorized\",\"reason\":\"Invalid login\"}", "public GET /~none/ -> 401 {\"reason\":\"Login required\"}", "GET /~none/ -> 404 {\"reason\":\"no such database \\\"~none\\\"\"}"]),
        ("31 what a user may not see", ["""PUT /db/_user/~u {"password":"letmein","admin_channels":["~A"]} -> 201""", """PUT /db/~out {"channels":"~B"} -> 201""", """~u:letmein GET /db/~out?rev=$rev -> 200 {"_id":"~out","_removed":true}""", """~u:letmein GET /db/~out -> 403 {"error":"Forbidden","reason":"forbidden"}"""]),
        ("33 bulk", ["""PUT /db/~old {} -> 201""", """POST /db/_bulk_docs {"docs":[{"_id":"~new"},{"_id":"~old"}]} -> 201 [{"id":"~new","rev":"1-*"},{"id":"~old","error":"conflict","status":409}]""", """POST /db/_bulk_docs {} -> 400 {"reason":"missing 'docs' property"}"""]),
        ("34 bulk with history", ["""POST /db/_bulk_docs {"new_edits":false,"docs":[{"_id":"~b","_revisions":{"start":12,"ids":["abc","x"]}},{"_id":"~c"}]} -> 201 [{"id":"~b","rev":"12-abc"},{"id":"~c","status":400,"reason":"Bad _revisions"}]""", "GET /db/_changes -> 200", """POST /db/_bulk_docs {"new_edits":false,"docs":[{"_id":"~b","_revisions":{"start":12,"ids":["abc","x"]}}]} -> 201 [{"rev":"12-abc"}]""", "GET /db/_changes?since=$seq -> 200 {\"results\":[]}"]),
        ("35 differences", ["""PUT /db/~b?new_edits=false {"_revisions":{"start":12,"ids":["abc"]}} -> 201""", """POST /db/_revs_diff {"~b":["13-def"],"~b2":["1-a"],"~b3":[]} -> 200 {"~b":{"missing":["13-def"],"possible_ancestors":["12-abc"]},"~b2":{"missing":["1-a"]}}"""]),
        ("36 bulk get is parts", ["""POST /db/_bulk_get [Accept: application/json] {"docs":[]} -> 406 {"error":"Not Acceptable","reason":"Response is multipart"}""", """POST /db/_bulk_get [Accept: multipart/mixed] {"docs":[{"id":"~nope"}]} -> 200 "\"error\":\"not_found\",\"id\":\"~nope\",\"reason\":\"missing\",\"status\":404" """]),
        ("37 open revisions", ["""PUT /db/~b?new_edits=false {"_revisions":{"start":12,"ids":["abc"]}} -> 201""", """GET /db/~b?open_revs=["12-abc","10-q"] [Accept: application/json] -> 200 [{"ok":{"_rev":"12-abc"}},{"missing":"10-q"}]"""]),
        ("38 a replicator's target", ["public PUT /db/ -> 412", "public PUT /~none/ -> 403", """POST /db/_ensure_full_commit -> 201 {"ok":true}"""]),
        ("39 users", ["""PUT /db/_user/~u {"password":"letmein","admin_channels":["A"]} -> 201""", """PUT /db/_user/~u {"password":"letmein","admin_channels":["A"]} -> 200""", """POST /db/_user/ {"name":"~u","password":"letmein"} -> 409""", """GET /db/_user/~u -> 200 {"name":"~u","admin_channels":["A"],"all_channels":["!","A"]}""", "DELETE /db/_user/~u -> 200", "GET /db/_user/~u -> 404"]),
        ("slashes", ["GET /db/~d/ -> 301 \"/db/~d\"", "GET /db/_user -> 301 \"/db/_user/\"", "POST /db/~d -> 405 \"GET, HEAD, PUT, DELETE\"", "OPTIONS /db/_changes -> 204 \"GET, HEAD, POST\""]),
        ("sessions", ["""PUT /db/_user/~u {"password":"letmein"} -> 201""", """public POST /db/_session {"name":"~u","password":"letmein"} -> 200 {"authentication_handlers":["default","cookie"],"ok":true,"userCtx":{"channels":{"!":1},"name":"~u"}}""", """public POST /db/_session {"name":"~u","password":"guess"} -> 401 {"reason":"Invalid login"}""", """POST /db/_session {"name":"~u"} -> 200 {"session_id":"*","cookie_name":"SyncGatewaySession","expires":"*"}""", """public DELETE /db/_session -> 404 {"reason":"no session"}"""]),
        ("attachments by their own URL", ["PUT /db/~d/a.txt [Content-Type: text/plain] hello -> 201 {\"id\":\"~d\",\"rev\":\"1-*\"}", "GET /db/~d/a.txt -> 200 \"sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=\"", "GET /db/~d/a.txt [Range: bytes=1-3] -> 206 \"ell\"", "GET /db/~d/a.txt [Range: bytes=9-] -> 416", "PUT /db/~d/b.txt x -> 409 {\"reason\":\"Cannot modify attachments without a specific rev ID\"}", "GET /db/~d/c.txt -> 404 {\"reason\":\"missing attachment c.txt\"}"]),
        ("an offline database", ["POST /db/_offline -> 200", "public GET /db/~d -> 503", """GET /db/ -> 200 {"state":"Offline"}""", "POST /db/_online -> 200", "GET /db/~d -> 404"]),
        ("design documents", ["public GET /db/_design/~x -> 403 {\"reason\":\"forbidden\"}", "public PUT /db/_design/~x {} -> 403", "public GET /db/_design/~x/_view/y -> 403", "GET /db/_design/~x -> 404 {\"reason\":\"missing\"}", "GET /db/_design/~x/_view/y -> 404", "PUT /db/_design/sync_x {} -> 403", """PUT /db/_design/~x {"views":{}} -> 201""", "GET /db/_design/~x -> 200 {\"views\":{}}", "DELETE /db/_design/~x -> 200", "POST /db/_design/~x -> 405 \"GET, HEAD, PUT, DELETE\""]),
        ("what is kept of a document", ["""PUT /db/~d {"channels":"~A"} -> 201""", """GET /db/_raw/~d -> 200 {"channels":"~A","_sync":{"rev":"$rev","sequence":"*","history":{"revs":["$rev"],"parents":[-1]},"channels":{"~A":null}}}""", "GET /db/_raw/~none -> 404", "public GET /db/_raw/~d -> 404 {\"reason\":\"unknown URL\"}", "GET /db/_revtree/~d [Accept: text/plain] -> 200 \"digraph\""]),
        ("a purged document", ["GET /db/_changes -> 200", "PUT /db/~d {} -> 201", """POST /db/_purge {"~d":["1-x"],"~e":["*"]} -> 200 {"purged":{}}""", """POST /db/_purge {"~d":["*"]} -> 200 {"purged":{"~d":["*"]}}""", "GET /db/~d -> 404 {\"reason\":\"missing\"}", "GET /db/_changes?since=$seq -> 200 {\"results\":[]}", """PUT /db/~d {} -> 201 {"rev":"1-*"}""", "public POST /db/_purge {} -> 404"]),
    ];

    private static readonly Uri? RealPublic = Configured("SYNC_GATEWAY_URL");
    private static readonly Uri? RealAdmin = Configured("SYNC_GATEWAY_ADMIN_URL");

    private static IEnumerable<TestCaseData> All => Vectors.Select(vector => new TestCaseData((object)vector.Steps).SetName($"Vector_{vector.Name.Replace(' ', '_')}"));

    [TestCaseSource(nameof(All))]
    public async Task Vector(string[] steps)
    {
        await using var emulated = RealPublic is null ? await Emulated.StartAsync() : null;
        using var admin = Client(RealAdmin ?? emulated!.Gateway.AdminUrl);
        using var open = Client(RealPublic ?? emulated!.Gateway.PublicUrl);

        var prefix = string.Create(CultureInfo.InvariantCulture, $"t{Guid.NewGuid():N}")[..10];
        var known = new Dictionary<string, string>();
        foreach (var step in steps)
        {
            await new Vector(step.Trim(), prefix).RunAsync(admin, open, known);
        }
    }

    private static HttpClient Client(Uri url)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        return client;
    }

    private static Uri? Configured(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } url ? new(url.TrimEnd('/') + "/") : null;
}
