using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.AspNetCore.Http.Features;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed partial class AddressTests
{
    [TestCase("person:1", "person%3A1")]
    [TestCase("a/b", "a%2Fb")]
    [TestCase("/a", "%252Fa")]
    [TestCase("/", "%252F")]
    [TestCase("//", "%252F%252F")]
    [TestCase("/a/50%", "%252Fa%252F50%2525")]
    [TestCase("/..", "%252F..")]
    [TestCase("../x", "..%2Fx")]
    [TestCase("a/../../b", "a%2F..%2F..%2Fb")]
    [TestCase("a b", "a%20b")]
    [TestCase("a+b", "a%2Bb")]
    [TestCase("é😀", "%C3%A9%F0%9F%98%80")]
    [TestCase("50%", "50%2525")]
    [TestCase("a/50%", "a%2F50%25")]
    [TestCase("a%2Fb", "a%25252Fb")]
    [TestCase(".", "%252E")]
    [TestCase("..", "%252E%252E")]
    [TestCase("...", "...")]
    [TestCase("?a=b&c", "%3Fa%3Db%26c")]
    [TestCase("#a", "%23a")]
    [TestCase("\"", "%22")]
    [TestCase("\\", "%5C")]
    [TestCase("a;b", "a%3Bb")]
    [TestCase("a\nb", "a%0Ab")]
    [TestCase("\u200e\u202e", "%E2%80%8E%E2%80%AE")]
    public async Task An_id_is_sent_as_one_segment_that_Sync_Gateway_decodes_to_it(string id, string segment)
    {
        await using var server = await ScriptedServer.AnsweringAsync(404, """{"error":"not_found","reason":"missing"}""");
        using var client = new TestClient(server.Url);

        await client.Client.ReadAsync("db", id, CancellationToken.None);
        await client.Client.WriteAsync("db", new Document(id, "1-a", RawObject.Empty), CancellationToken.None);

        Assert.That(
            server.Requests.Select(request => request.Target),
            Is.EqualTo([$"/db/{segment}?show_exp=true", $"/db/{segment}?rev=1-a"]));
        Assert.That(DecodedBySyncGateway(server.Requests[0].Target), Is.EqualTo(("db", id)));
    }

    [Test]
    public async Task A_document_with_any_valid_id_is_read_and_written()
    {
        await using var server = await ScriptedServer.StartAsync(context => ScriptedServer.AnswerAsync(context, 200, JsonSerializer.Serialize(
            new { _id = DecodedBySyncGateway(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget).Id, _rev = "1-a", rev = "2-b" })));
        using var client = new TestClient(server.Url);

        await Ids.SampleAsync(
            async id =>
            {
                var read = await client.Client.ReadAsync("db.s%25.c", id, CancellationToken.None);
                var written = await client.Client.WriteAsync("db.s%25.c", new Document(id, "1-a/b", RawObject.Empty), CancellationToken.None);

                return read is ReadOutcome.Found { Document: var found } && found.Id == id
                    && written is WriteOutcome.Written
                    && server.Requests.TakeLast(2).All(request => DecodedBySyncGateway(request.Target) == ("db.s%25.c", id));
            },
            iter: 500,
            threads: 1);
    }

    [TestCase("")]
    [TestCase("_local/x")]
    [TestCase("_")]
    [TestCase(null)]
    public async Task No_request_is_sent_for_an_invalid_id(string? id)
    {
        await using var server = await ScriptedServer.AnsweringAsync(200, "{}");
        using var client = new TestClient(server.Url);

        Assert.That(() => client.Client.ReadAsync("db", id!, CancellationToken.None), Throws.InstanceOf<ArgumentException>());
        Assert.That(
            () => client.Client.WriteAsync("db", new Document(id!, "1-a", RawObject.Empty), CancellationToken.None),
            Throws.InstanceOf<ArgumentException>());
        Assert.That(server.Requests, Is.Empty);
    }

    [TestCase("")]
    [TestCase("_all_dbs")]
    [TestCase("Db1")]
    [TestCase("1db")]
    [TestCase("db/x")]
    [TestCase("db.")]
    [TestCase("..")]
    [TestCase("a.b.c.d")]
    [TestCase("db\n")]
    [TestCase("db?x")]
    public async Task No_request_is_sent_for_an_invalid_keyspace(string keyspace)
    {
        await using var server = await ScriptedServer.AnsweringAsync(200, "{}");
        using var client = new TestClient(server.Url);

        Assert.That(Keyspace.IsValid(keyspace), Is.False);
        Assert.That(() => client.Client.ReadAsync(keyspace, "d", CancellationToken.None), Throws.InstanceOf<ArgumentException>());
        Assert.That(server.Requests, Is.Empty);
    }

    // Kestrel refuses a path with NUL before the test sees it.
    private static Gen<string> Ids { get; } =
        Gen.OneOf(
                Gen.OneOf<string>("%", "%25", "%2F", "%2f", "/", "//", ".", "..", "+", " ", "?", "#", "&", "=", "\"", "\\", ";", ":", "_", "é", "😀"),
                Gen.Char['\u0001', '\u007f'].Select(character => character.ToString()),
                Gen.Char['\u00a0', '\ud7ff'].Select(character => character.ToString()))
            .Array[1, 12]
            .Select(string.Concat)
            .Where(DocumentId.IsValid);

    /// <summary>
    /// How Sync Gateway reads a request line: decoded twice, or once when <c>%2F</c> is behind the first character of the id; dot segments
    /// folded in between.
    /// </summary>
    private static (string Keyspace, string Id) DecodedBySyncGateway(string target)
    {
        var path = target.Split('?')[0];

        if (!EscapedSlash().IsMatch(target))
        {
            path = Decode(path);
        }

        var segments = path.Split('/');
        Assert.That(segments, Has.Length.EqualTo(3).And.None.EqualTo(".").And.None.EqualTo(".."));
        return (Decode(segments[1]), Decode(segments[2]));
    }

    private static string Decode(string text)
    {
        var bytes = new List<byte>();

        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%')
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(at + 1, 2))[0]);
                at += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(at + 1 < text.Length && char.IsSurrogatePair(text, at) ? text.Substring(at++, 2) : text[at].ToString()));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    [GeneratedRegex("/[^_/][^/]*/[^_].*%2[fF]")]
    private static partial Regex EscapedSlash();
}
