using System.Net.Sockets;
using System.Text;
using CsCheck;

namespace OfflineActions.Tests.Emulators;

/// <summary>Malformed requests: the emulator answers each, and with 500 only where Sync Gateway does.</summary>
[NonParallelizable]
public sealed class HostilityTests
{
    private static readonly string[] Methods = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"];

    private static readonly string[] Paths =
    [
        "/", "/_ping", "/db", "/db/", "/db/d", "/db/d/a", "/db/_local/c", "/db/_local/", "/db/_changes", "/db/_bulk_docs", "/db/_all_docs", "/db/_revs_diff",
        "/db/_zzz", "/db/%", "/db/%25", "/db/%2525", "/db/%ff", "/db/%2F", "/db/a%2Fb%", "/db/%00", "//", "/db//", "/db/d/", "/x/d", "/db._default/d", "/db/_local/%25",
        "/db/_bulk_get", "/db/_session", "/db/_session/x", "/db/_user/", "/db/_user/u", "/db/_user/u%2Fv", "/db/_role/r", "/db/_user/u/_session", "/db/_user/u/_session/x", "/db/_config", "/db/d/a/", "/db/_user",
        "/_config", "/_status", "/_expvar", "/_all_dbs/", "/db/d?x=%2F", "/db.x/d", "/db.a.b.c/d", "/new/", "/db/d/%2525",
        "/db/_design/x", "/db/_design/", "/db/_raw/d", "/db/_revtree/d", "/db/_purge",
        "/db/.", "/db/%2E%2E", "/db/./", "/../db/", "/db/a/..", "/db/%00x?%00", "/db/%FF%00/%FE", "/1x/",
    ];

    private static readonly string[] InternalErrors =
    [
        "Internal error: ETag value is not quoted when trying to read the value", "Internal error: illegal base64 data at input byte ", "couldn't load database: ",
        "Internal error: EOF", "Internal error: unexpected EOF", "Internal error: gzip: invalid header", "Internal error: multipart: NextPart: EOF",
        "Internal error: unknown keyspace format: ",
    ];

    private static readonly string[] Queries =
    [
        "", "?", "?rev=1-a", "?rev=", "?rev=-", "?rev=99999999999999999999-a", "?rev=1-%ff", "?new_edits=false", "?since=abc", "?since=-1", "?since=:::", "?since=99999999999999999999",
        "?since=1:2:3:4", "?since=::5", "?limit=-1", "?limit=x", "?feed=longpoll&timeout=1", "?feed=normal&include_docs=true&style=all_docs", "?filter=_doc_ids&doc_ids=[", "?filter=_doc_ids&doc_ids=[1]",
        "?filter=_doc_ids&doc_ids=,,", "?filter=sync_gateway/bychannel&channels=", "?open_revs=all", "?open_revs=[", "?open_revs=[1]", "?open_revs=5", "?keys=[", "?keys={}", "?startkey=\"", "?startkey=\"\"\"", "?revs=true&revs_limit=-5",
        "?attachments=true", "?show_exp=true", "?%", "?=&=", "?a=%zz",
        "?feed=continuous&timeout=1", "?feed=continuous&limit=1", "?feed=websocket", "?atts_since=[", "?atts_since=[1]", "?attachments=true&atts_since=[\"1-a\"]", "?revs=true&revs_from=[\"x\"]", "?channels=true&update_seq=true", "?rev=x", "?style=all_docs&active_only=true",
    ];

    private static readonly string[] Bodies =
    [
        "", "{}", "[]", "null", "1", "\"x\"", "{", "{\"a\":}", "{\"a\":1,}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\u12\"}", "{\"\\ud800\":1}", "{\"_id\":5,\"_rev\":[]}", "{\"_rev\":\"1-a\"}", "{\"_rev\":\"x\"}", "{\"_rev\":null}",
        "{\"_exp\":-1}", "{\"_exp\":1e400}", "{\"_exp\":{}}", "{\"_exp\":99999999999}", "{\"_exp\":\"9999-99-99\"}", "{\"_attachments\":5}", "{\"_attachments\":{\"a\":5}}", "{\"_attachments\":{\"a\":{\"data\":5}}}",
        "{\"_attachments\":{\"a\":{\"data\":\"%%\"}}}", "{\"_attachments\":{\"a\":{\"data\":\"AA\\n=\\r=\"}}}", "{\"revs_limit\":1}", "{\"_attachments\":{\"a\":{\"stub\":true,\"digest\":\"x\",\"length\":\"x\",\"revpos\":1e99}}}", "{\"_attachments\":null}", "{\"_deleted\":\"yes\"}", "{\"_deleted\":true,\"a\":1}",
        "{\"_revisions\":5}", "{\"_revisions\":{}}", "{\"_revisions\":{\"start\":1.5,\"ids\":[\"a\"]}}", "{\"_revisions\":{\"start\":1,\"ids\":[\"a\",\"b\"]}}", "{\"_revisions\":{\"start\":2,\"ids\":[5,null]}}", "{\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]}}",
        "{\"docs\":5}", "{\"docs\":[5]}", "{\"docs\":[{},{\"_id\":\"\"},{\"_id\":\"_x\"},{\"_id\":\"_local/\"},{\"_id\":\"d\",\"_rev\":\"-\"}]}", "{\"docs\":[{\"_id\":\"d\"}],\"new_edits\":false}", "{\"d\":5}", "{\"d\":[5]}", "{\"d\":[\"x\"]}", "{\"d\":[]}", "{\"d\":[\"*\"]}",
        "{\"since\":{},\"limit\":[],\"feed\":5}", "{\"feed\":\"longpoll\",\"timeout\":1}", "{\"filter\":\"_doc_ids\",\"doc_ids\":[5]}", "{\"keys\":5}", "{\"keys\":[5]}", "{\"n\":-}", "{\"n\":1e}", "{\"\":0,\"\":1}", "\uFEFF{}",
        "{\"a\":" + new string('[', 3000) + new string(']', 3000) + "}", new string('{', 100), "{\"a\":\"\u0001\"}", "{\"channels\":[5,null,{}]}",
        "{\"name\":\"u\",\"password\":\"abc\"}", "{\"name\":5}", "{\"password\":5}", "{\"admin_channels\":5}", "{\"admin_channels\":[null]}", "{\"collection_access\":{\"_default\":5}}", "{\"collection_access\":{\"_default\":{\"_default\":{\"admin_channels\":{}}}}}",
        "{\"name\":\"u\",\"ttl\":-5}", "{\"docs\":[{\"id\":\"d\",\"rev\":5}]}", "{\"docs\":[{\"id\":\"d\",\"revs_limit\":\"x\",\"atts_since\":[5]}]}", "{\"sync\":\"(\"}", "{\"sync\":5}", "{\"event_handlers\":{\"document_changed\":[5]}}", "{\"guest\":5}", "$", "${X", "`",
        "--x\r\n\r\n{}\r\n--x--", "--x\r\nContent-Type: application/json\r\n\r\n{\"_attachments\":{\"a\":{\"follows\":true}}}\r\n--x\r\n\r\ny\r\n--x--\r\n",
    ];

    private static readonly string[] Headers =
    [
        "", "If-Match: x", "If-Match: W/\"1-a\"", "If-Match: \"\"", "If-Match: \"1-a\"", "Content-Type: text/plain", "Content-Type: ;;", "Content-Type: application/json; charset=utf-16", "Accept: text/html", "Accept: ;", "Authorization: Basic",
        "Authorization: Basic %%", "Authorization: Basic YQ==", "Authorization: Bearer x", "Content-Encoding: gzip", "Content-Encoding: br", "Expect: 100-continue",
        "Content-Type: multipart/related; boundary=x", "Content-Type: multipart/related", "Content-Type: multipart/related; boundary=\"\"", "Accept: multipart/mixed", "Accept: application/json", "Cookie: SyncGatewaySession=x", "Origin: http://x", "Range: bytes=5-1", "Range: bytes=-", "Upgrade: websocket\r\nConnection: Upgrade",
    ];

    private static readonly Gen<string> Requests = Gen.Select(
        Gen.OneOf(Methods),
        Gen.OneOf(Gen.OneOf(Paths), Gen.String[Gen.Char['!', '~'], 0, 12].Select(text => "/db/" + text)),
        Gen.OneOf(Queries),
        Gen.OneOf(Headers),
        Gen.OneOf(Gen.OneOf(Bodies), Gen.Select(Gen.OneOf(Bodies), Gen.Int[0, 200], Gen.Char['\0', '\u00FF']).Select(Spoil)),
        (method, path, query, header, body) =>
            $"{method} {path}{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{(header.Length > 0 ? header + "\r\n" : "")}\r\n{body}");

    [Test]
    public async Task Every_malformed_request_is_answered_and_none_with_500_unless_Sync_Gateway_does()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{}");
        await emulated.Admin.PutAnswerAsync("db/_user/u", """{"password":"abc"}""");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await Requests.SampleAsync(
            async request =>
            {
                var answer = await ExchangeAsync(Random.Shared.Next(2) == 0 ? emulated.Gateway.AdminUrl : emulated.Gateway.PublicUrl, request);
                return answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
                    && (!answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal)
                        || request.StartsWith("HEAD ", StringComparison.Ordinal) // It gives no reason; GET of the same does.
                        || InternalErrors.Any(error => answer.Contains($"\"reason\":\"{error}", StringComparison.Ordinal)));
            },
            iter: 10_000,
            threads: 2);

        Assert.That((await emulated.Admin.GetAnswerAsync("_ping")).Status, Is.EqualTo(200));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(200 << 20), "far above what this needs");
    }

    private static string Spoil((string Body, int At, char By) spoilt) =>
        spoilt.Body.Length == 0 ? spoilt.Body : spoilt.Body.Remove(spoilt.At % spoilt.Body.Length, 1).Insert(spoilt.At % spoilt.Body.Length, spoilt.By.ToString());

    private static async Task<string> ExchangeAsync(Uri url, string request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, deadline.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), deadline.Token);
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync(deadline.Token) ?? "";
        return status.StartsWith("HTTP/1.1 5", StringComparison.Ordinal) ? $"{status}\n{await reader.ReadToEndAsync(deadline.Token)}" : status;
    }
}
