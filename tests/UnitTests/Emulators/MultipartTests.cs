using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace OfflineActions.Tests.Emulators;

/// <summary>Documents and attachments as MIME parts, in both directions.</summary>
public sealed class MultipartTests
{
    private static readonly byte[] Large = [.. Enumerable.Range(0, 1_000).Select(at => (byte)(at * 7))];

    [Test]
    [SuppressMessage("Security", "CA5350", Justification = "The protocol's digest, not used for security.")]
    public async Task A_document_is_sent_and_received_with_its_attachments_as_MIME_parts()
    {
        await using var emulated = await Emulated.StartAsync();
        var digest = "sha1-" + Convert.ToBase64String(SHA1.HashData(Large));
        using var parts = new MultipartContent("related", "frontier")
        {
            new StringContent($$$$"""{"x":1,"_attachments":{"big":{"follows":true,"digest":"{{{{digest}}}}","content_type":"image/png"},"small":{"data":"aGk="}}}""", Encoding.UTF8, "application/json"),
            new ByteArrayContent(Large),
        };

        var put = await emulated.Admin.SendForAnswerAsync("PUT", "db/d", null, request => request.Content = parts);
        var back = await PartsAsync(emulated, "db/d?attachments=true", "*/*");
        var since = await PartsAsync(emulated, $"db/d?attachments=true&atts_since=[\"{put.Revision}\"]", "multipart/related");

        Assert.That(put.Status, Is.EqualTo(201), put.Text);
        Assert.That(back.Type, Does.StartWith("multipart/related; boundary=\""));
        Assert.That(back.Parts, Has.Count.EqualTo(2));
        var json = JsonNode.Parse(back.Parts[0].Body)!["_attachments"]!;
        Assert.That(((bool)json["big"]!["follows"]!, (string)json["small"]!["data"]!), Is.EqualTo((true, "aGk=")), "short ones stay inside");
        Assert.That((back.Parts[1].Type, back.Parts[1].Disposition), Is.EqualTo(("image/png", "attachment; filename=\"big\"")));
        Assert.That(back.Parts[1].Body, Is.EqualTo(Large));
        Assert.That((bool)JsonNode.Parse(since.Parts.Single().Body)!["_attachments"]!["big"]!["stub"]!, Is.True, "known ones are not sent");
    }

    [TestCase("{\"_attachments\":{\"a\":{\"follows\":true,\"digest\":\"sha1-x\"}}}", "Too few MIME parts: expected 1 attachments, got 0", null)]
    [TestCase("{}", "Too many MIME parts (expected 1)", "x")]
    [TestCase("{\"_attachments\":{\"a\":{\"follows\":true,\"digest\":\"sha1-x\"}}}", "MIME part #2 doesn't match any attachment", "x")]
    public async Task MIME_parts_that_do_not_match_the_document_are_rejected(string document, string reason, string? attachment)
    {
        await using var emulated = await Emulated.StartAsync();
        using var parts = new MultipartContent("related") { new StringContent(document, Encoding.UTF8, "application/json") };
        if (attachment is not null)
        {
            parts.Add(new StringContent(attachment));
        }

        var answer = await emulated.Admin.SendForAnswerAsync("PUT", "db/d", null, request => request.Content = parts);

        Assert.That((answer.Status, answer.Reason), Is.EqualTo((400, reason)));
    }

    [Test]
    public async Task A_bulk_get_has_a_part_for_each_document()
    {
        await using var emulated = await Emulated.StartAsync();
        var plain = (await emulated.Admin.PutAnswerAsync("db/plain", """{"n":1.0}""")).Revision;
        await emulated.Admin.PutAnswerAsync("db/rich", $$$$"""{"_attachments":{"big":{"data":"{{{{Convert.ToBase64String(Large)}}}}"}}}""");

        var answer = await PartsAsync(emulated, "db/_bulk_get?revs=true&attachments=true", "multipart/mixed", $$"""{"docs":[{"id":"plain","rev":"{{plain}}"},{"id":"rich"},{"id":"none","rev":"1-x"},{}]}""");

        Assert.That(answer.Type, Does.StartWith("multipart/mixed; boundary=\""));
        Assert.That(answer.Parts.Select(part => part.Type.Split("; boundary")[0]), Is.EqualTo(
            ["application/json", "multipart/related", "application/json; error=\"true\"", "application/json; error=\"true\""]));
        Assert.That(Encoding.UTF8.GetString(answer.Parts[0].Body), Is.EqualTo($$"""{"_id":"plain","_rev":"{{plain}}","_revisions":{"ids":["{{plain[2..]}}"],"start":1},"n":1.0}"""));
        Assert.That(Encoding.UTF8.GetString(answer.Parts[2].Body), Is.EqualTo("""{"error":"not_found","id":"none","reason":"missing","rev":"1-x","status":404}"""));
        Assert.That(Encoding.UTF8.GetString(answer.Parts[3].Body), Does.Contain("Invalid doc/rev ID in _bulk_get"));
    }

    [Test]
    public async Task Open_revisions_are_MIME_parts_unless_JSON_is_requested()
    {
        await using var emulated = await Emulated.StartAsync(allowConflicts: true);
        await emulated.Admin.PutAnswerAsync("db/d?new_edits=false", """{"_revisions":{"start":2,"ids":["b","a"]},"_attachments":{"small":{"data":"aGk="}}}""");
        await emulated.Admin.PutAnswerAsync("db/d?new_edits=false", """{"_revisions":{"start":2,"ids":["c","a"]}}""");

        var all = await PartsAsync(emulated, "db/d?open_revs=all", "*/*");
        var json = (await emulated.Admin.GetAnswerAsync("db/d?open_revs=[\"2-b\"]")).Json;

        Assert.That(all.Parts, Has.Count.EqualTo(2));
        Assert.That((string)json[0]!["ok"]!["_attachments"]!["small"]!["data"]!, Is.EqualTo("aGk="), "attachments come along");
        Assert.That((await emulated.Admin.GetAnswerAsync("db/none?open_revs=all")).Status, Is.EqualTo(404));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/none?open_revs=[\"1-a\"]")).Text, Is.EqualTo("[\n{\"missing\":\"1-a\"}\n]"));
    }

    [Test]
    public async Task An_attachment_is_written_and_deleted_at_its_own_URL()
    {
        await using var emulated = await Emulated.StartAsync();
        var first = (await emulated.Admin.PutAnswerAsync("db/d", """{"x":1.0}""")).Revision;
        var second = await emulated.Admin.SendForAnswerAsync("PUT", $"db/d/a%2Fb?rev={first}", "<p>", request => request.Content!.Headers.ContentType = new("text/html"));
        var served = await emulated.Public.GetAnswerAsync("db/d/a%2Fb");
        var third = await emulated.Admin.DeleteAnswerAsync($"db/d/a%2Fb?rev={second.Revision}");

        Assert.That((second.Status, second.Headers.ETag!.Tag), Is.EqualTo((201, $"\"{second.Revision}\"")));
        Assert.That((served.Text, served.ContentHeaders.ContentDisposition!.ToString()), Is.EqualTo(("<p>", "attachment")), "a page is not rendered");
        Assert.That(third.Status, Is.EqualTo(200), third.Text);
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Text, Is.EqualTo($$"""{"_attachments":{},"_id":"d","_rev":"{{third.Revision}}","x":1.0}"""));
        Assert.That((await emulated.Admin.DeleteAnswerAsync($"db/d/a?rev={third.Revision}")).Error, Is.EqualTo((404, "not_found", "Attachment a is not found")));
        Assert.That((await emulated.Admin.SendForAnswerAsync("PUT", $"db/d/a?rev=1-x", "x")).Status, Is.EqualTo(409));
    }

    private static async Task<(string Type, List<(string Type, string? Disposition, byte[] Body)> Parts)> PartsAsync(Emulated emulated, string path, string accept, string? body = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        request.Headers.Accept.ParseAdd(accept);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await emulated.Admin.SendAsync(request);
        var type = response.Content.Headers.ContentType!.ToString();
        var reader = new MultipartReader(type.Split('"')[1], await response.Content.ReadAsStreamAsync());
        var parts = new List<(string, string?, byte[])>();
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            using var bytes = new MemoryStream();
            await section.Body.CopyToAsync(bytes);
            parts.Add((section.ContentType!, section.ContentDisposition, bytes.ToArray()));
        }

        return (type, parts);
    }
}
