using System.Net.Sockets;
using System.Text;

namespace OfflineActions.Tests.Emulators;

/// <summary>Paths as Go's HTTP server and router read them: cleaning, redirects, escapes, and bytes that are not text.</summary>
public sealed class PathTests
{
    private const string Empty = "1-ca9ad22802b66f662ff171f226211d5c";

    [Test]
    public async Task A_request_may_have_a_megabyte_of_headers()
    {
        await using var emulated = await Emulated.StartAsync();
        var many = string.Concat(Enumerable.Range(0, 2_000).Select(number => $"\nX-{number}: 1"));

        foreach (var request in new[]
        {
            $"GET /db/_changes?feed=normal&filter=_doc_ids&doc_ids={new string('a', 500_000)}",
            $"GET /db/_all_docs\nCookie: a={new string('a', 500_000)}",
            $"GET /db/_all_docs{many}",
        })
        {
            Assert.That((await RawHttp.SendAsync(emulated.Gateway.PublicUrl, request)).Status, Is.EqualTo(200), request[..40]);
        }
    }

    [TestCase("PUT", "/db/.", "/db")]
    [TestCase("PUT", "/db/%2E%2E", "/")]
    [TestCase("PUT", "/db/%2e", "/db")]
    [TestCase("GET", "/db/.", "/db")]
    [TestCase("HEAD", "/db/..", "/")]
    [TestCase("DELETE", "/db/.?rev=1-a", "/db?rev=1-a")]
    [TestCase("PUT", "/db/.?", "/db?")]
    [TestCase("GET", "/db/./", "/db/")]
    [TestCase("GET", "/./db/", "/db/")]
    [TestCase("GET", "/../db", "/db")]
    [TestCase("GET", "/db/a/..", "/db")]
    [TestCase("PUT", "/db/a/.", "/db/a")]
    [TestCase("DELETE", "/db/caf%C3%A9!/.", "/db/caf%C3%A9%21")]
    [TestCase("GET", "/db/../_all_dbs", "/_all_dbs")]
    [TestCase("DELETE", "/db/_local/..", "/db")]
    [TestCase("PUT", "/db/_user/..", "/db")]
    [TestCase("POST", "/../_user/", "/_user/")]
    public async Task A_path_that_a_route_matches_is_cleaned_by_a_redirect_without_a_body(string method, string path, string location)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await SendAsync(emulated, method, path);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((301, "")));
        Assert.That(answer.Headers.NonValidated["Location"], Is.EqualTo([location]));
        Assert.That(answer.ContentHeaders.ContentType, Is.Null);
    }

    [TestCase("GET", "/db//x")]
    [TestCase("GET", "//db/")]
    [TestCase("PUT", "/db/x//")]
    [TestCase("GET", "/db/a/../b")]
    [TestCase("GET", "/db/%2Fx")]
    [TestCase("GET", "/db/_raw/_x")]
    [TestCase("GET", "/db/_revtree/_x")]
    public async Task A_path_that_no_route_matches_is_not_cleaned(string method, string path)
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await SendAsync(emulated, method, path)).Error, Is.EqualTo((404, "not_found", "unknown URL")));
    }

    [Test]
    public async Task A_method_that_the_route_does_not_have_is_answered_before_the_path_is_cleaned()
    {
        await using var emulated = await Emulated.StartAsync();

        var posted = await SendAsync(emulated, "POST", "/db/.");
        var asked = await SendAsync(emulated, "OPTIONS", "/db/..");

        Assert.That(posted.Text, Is.EqualTo("""{"error":"Method Not Allowed","reason":""}"""));
        Assert.That((posted.Status, string.Join(", ", posted.ContentHeaders.Allow)), Is.EqualTo((405, "GET, HEAD, PUT, DELETE")));
        Assert.That((asked.Status, string.Join(", ", asked.ContentHeaders.Allow)), Is.EqualTo((204, "GET, HEAD, PUT, DELETE")));
    }

    [TestCase("/db?a=<'&b", "/db/?a=<'&b", "/db/?a=&lt;&#39;&amp;b")]
    [TestCase("/db/it's%2Ca/", "/db/it%27s,a", "/db/it%27s,a")]
    [TestCase("/db/a%2Fb/", "/db/a%252Fb", "/db/a%252Fb")]
    [TestCase("/db/x/?rev=%zz", "/db/x?rev=%zz", "/db/x?rev=%zz")]
    public async Task A_slash_too_many_or_too_few_is_a_redirect_with_a_link(string path, string location, string shown)
    {
        await using var emulated = await Emulated.StartAsync();

        var read = await SendAsync(emulated, "GET", path);
        var written = await SendAsync(emulated, path.Contains("/db/", StringComparison.Ordinal) ? "PUT" : "POST", path);

        Assert.That((read.Status, read.Text), Is.EqualTo((301, $"<a href=\"{shown}\">Moved Permanently</a>.\n\n")));
        Assert.That(read.ContentHeaders.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That((written.Status, written.Text), Is.EqualTo((301, "")));
        Assert.That(read.Headers.NonValidated["Location"].Concat(written.Headers.NonValidated["Location"]), Is.EqualTo([location, location]));
    }

    [TestCase("/db/%zz")]
    [TestCase("/db/50%")]
    [TestCase("/db/a%2F%zz")]
    public async Task An_invalid_escape_is_rejected_by_the_server_itself(string path)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await SendAsync(emulated, "GET", path);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((400, "400 Bad Request")));
        Assert.That(answer.ContentHeaders.ContentType!.ToString(), Is.EqualTo("text/plain; charset=utf-8"));
        Assert.That(answer.Headers.ConnectionClose, Is.True);
    }

    [TestCase("a%00b", @"a\u0000b")]
    [TestCase("%00", @"\u0000")]
    [TestCase("%2500", @"\u0000")]
    [TestCase("%FF", @"\ufffd")]
    [TestCase("%E2%82x%C3%A9", @"\ufffd\ufffdxé")]
    [TestCase("%EF%BF%BD", "\uFFFD")]
    [TestCase("%ED%A0%80", @"\ufffd\ufffd\ufffd")]
    [TestCase("%25FF", @"\ufffd")]
    [TestCase("%F0%9F%98%80", "\U0001F600")]
    public async Task Any_byte_can_be_in_an_id_and_is_written_as_Go_writes_it(string path, string id)
    {
        await using var emulated = await Emulated.StartAsync();

        var written = await SendAsync(emulated, "PUT", "/db/" + path, "{}");
        var read = await SendAsync(emulated, "GET", "/db/" + path);
        var feed = await SendAsync(emulated, "GET", "/db/_changes");

        Assert.That((written.Status, written.Text), Is.EqualTo((201, $$"""{"id":"{{id}}","ok":true,"rev":"{{Empty}}"}""")));
        Assert.That((read.Status, read.Text), Is.EqualTo((200, $$"""{"_id":"{{id}}","_rev":"{{Empty}}"}""")));
        Assert.That(feed.Text, Does.Contain($"\"id\":\"{id}\""));
    }

    [Test]
    public async Task Ids_of_different_bytes_are_different_documents_though_they_look_the_same()
    {
        await using var emulated = await Emulated.StartAsync();

        await SendAsync(emulated, "PUT", "/db/%FF", """{"a":1}""");
        await SendAsync(emulated, "PUT", "/db/%FE", """{"a":2}""");

        Assert.That((int)(await SendAsync(emulated, "GET", "/db/%FF")).Json["a"]!, Is.EqualTo(1));
        Assert.That((int)(await SendAsync(emulated, "GET", "/db/%FE")).Json["a"]!, Is.EqualTo(2));
        Assert.That((await SendAsync(emulated, "GET", "/db/%EF%BF%BD")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task An_id_has_at_most_250_bytes_whatever_the_bytes()
    {
        await using var emulated = await Emulated.StartAsync();

        var longest = string.Concat(Enumerable.Repeat("%FF", 250));

        Assert.That((await SendAsync(emulated, "PUT", "/db/" + longest, "{}")).Status, Is.EqualTo(201));
        Assert.That((await SendAsync(emulated, "PUT", $"/db/{longest}x", "{}")).Error, Is.EqualTo((400, "Bad Request", "Invalid doc ID")));
    }

    [Test]
    public async Task A_body_that_looks_like_a_request_with_a_zero_byte_is_not_changed()
    {
        await using var emulated = await Emulated.StartAsync();
        const string Log = "GET /a%00b HTTP/1.1\r\n\r\n";

        var written = await SendAsync(emulated, "PUT", "/db/d/%00?x=%00", Log);
        var read = await SendAsync(emulated, "GET", "/db/d/%00");

        Assert.That((written.Status, read.Text), Is.EqualTo((201, Log)));
    }

    [TestCase("a%22b", @"a\""b")]
    [TestCase("%FF", @"\ufffd")]
    public async Task A_listed_document_whose_id_needs_an_escape_has_its_body(string path, string id)
    {
        await using var emulated = await Emulated.StartAsync();
        await SendAsync(emulated, "PUT", "/db/" + path, """{"x":1}""");

        var answer = await SendAsync(emulated, "GET", "/db/_all_docs?include_docs=true");

        Assert.That(answer.Text, Does.StartWith($"{{\"rows\":[\n{{\"key\":\"{id}\",\"id\":\"{id}\",\"value\":").And.Contain("\"x\":1"));
        Assert.That((string)answer.Json["rows"]![0]!["doc"]!["_id"]!, Is.EqualTo((string)answer.Json["rows"]![0]!["id"]!));
    }

    [Test]
    public async Task Requests_with_zero_bytes_may_follow_each_other_in_one_packet_or_be_cut_anywhere([Values(0, 10, 11, 12, 13, 60, 90)] int cut)
    {
        await using var emulated = await Emulated.StartAsync();
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(emulated.Gateway.AdminUrl.Host, emulated.Gateway.AdminUrl.Port);
        var stream = client.GetStream();
        var requests = Encoding.ASCII.GetBytes("PUT /db/a%00b HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{\"a\":\"/%00\\n\"}\n"
            + "GET /db/a%00b?x=%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        await stream.WriteAsync(requests.AsMemory(0, cut));
        await stream.FlushAsync();
        await stream.WriteAsync(requests.AsMemory(cut));
        var answers = await new StreamReader(stream).ReadToEndAsync();

        Assert.That(answers, Does.Contain("HTTP/1.1 201").And.Contain("HTTP/1.1 200"));
        Assert.That(answers, Does.Contain("""{"_id":"a\u0000b","_rev":"1-""").And.EndWith(""","a":"/%00\n"}"""));
    }

    [TestCase("rev=1-a;b&rev=1-b", "Document revision conflict")]
    [TestCase("REV=1-a", "Document exists")]
    [TestCase("rev=%zz", "Document exists")]
    [TestCase("rev=&rev=1-a", "Document exists")]
    [TestCase("r%65v=1-a", "Document revision conflict")]
    public async Task A_query_is_read_as_in_Go(string query, string reason)
    {
        await using var emulated = await Emulated.StartAsync();
        await SendAsync(emulated, "PUT", "/db/d", "{}");

        Assert.That((await SendAsync(emulated, "PUT", "/db/d?" + query, "{}")).Error, Is.EqualTo((409, "conflict", reason)));
    }

    private static async Task<Wire.Answer> SendAsync(Emulated emulated, string method, string path, string? body = null)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };
        var url = emulated.Gateway.AdminUrl.ToString().TrimEnd('/') + path;
        return await client.SendForAnswerAsync(method, "", with: request =>
        {
            request.RequestUri = new(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            request.Content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        });
    }
}
