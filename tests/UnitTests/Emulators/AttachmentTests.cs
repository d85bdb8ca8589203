namespace OfflineActions.Tests.Emulators;

/// <summary>A revision keeps the attachments whose stubs it contains.</summary>
public sealed class AttachmentTests
{
    private const string Hi = """{"_attachments":{"a.txt":{"data":"aGk=","content_type":"text/plain"}}}""";
    private const string Stub = """{"a.txt":{"content_type":"text/plain","digest":"sha1-witfkXg0JglCjW9RssWvTAveakI=","length":2,"revpos":1,"stub":true}}""";

    [Test]
    public async Task An_inline_attachment_becomes_a_stub()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", Hi);

        var document = (await emulated.Admin.GetAnswerAsync("db/d")).Json;
        var whole = (await emulated.Admin.GetAnswerAsync("db/d?attachments=true")).Json;
        var alone = await emulated.Admin.GetAnswerAsync("db/d/a.txt");

        Assert.That(document["_attachments"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), Is.EqualTo(Stub));
        Assert.That((string)whole["_attachments"]!["a.txt"]!["data"]!, Is.EqualTo("aGk="));
        Assert.That((alone.Text, alone.ContentHeaders.ContentType!.ToString()), Is.EqualTo(("hi", "text/plain")));
    }

    [Test]
    public async Task An_echoed_stub_keeps_the_attachment_and_an_omitted_one_drops_it()
    {
        await using var emulated = await Emulated.StartAsync();
        var first = (await emulated.Admin.PutAnswerAsync("db/d", Hi)).Revision;

        var second = (await emulated.Admin.PutAnswerAsync($"db/d?rev={first}", """{"x":1,"_attachments":{"a.txt":{"stub":true}}}""")).Revision;
        var kept = (await emulated.Admin.GetAnswerAsync("db/d")).Json["_attachments"]!["a.txt"]!;
        await emulated.Admin.PutAnswerAsync($"db/d?rev={second}", """{"x":2}""");
        var dropped = (await emulated.Admin.GetAnswerAsync("db/d")).Json["_attachments"];

        Assert.That(((int)kept["revpos"]!, (int)kept["length"]!), Is.EqualTo((1, 2)));
        Assert.That(dropped, Is.Null);
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d/a.txt")).Error, Is.EqualTo((404, "not_found", "missing attachment a.txt")));
    }
}
