using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace OfflineActions.Tests.Emulators;

/// <summary>Documents with an expiry.</summary>
public sealed class ExpiryTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase("60", "2026-08-01T12:01:00Z")]
    [TestCase("\"60\"", "2026-08-01T12:01:00Z")]
    [TestCase("1893456000", "2030-01-01T00:00:00Z")]
    [TestCase("\"2030-01-01T00:00:00Z\"", "2030-01-01T00:00:00Z")]
    [TestCase("\"2030-01-01T01:00:00+01:00\"", "2030-01-01T00:00:00Z")]
    [TestCase("0", null)]
    [TestCase("null", null)]
    public async Task An_expiry_is_shown_only_when_asked_for(string given, string? shown)
    {
        await using var emulated = await Emulated.StartAsync(clock: new FakeTimeProvider(Now));
        await emulated.Admin.PutAnswerAsync("db/d", $$"""{"_exp":{{given}}}""");

        Assert.That((string?)(await emulated.Admin.GetAnswerAsync("db/d?show_exp=true")).Json["_exp"], Is.EqualTo(shown));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Json["_exp"], Is.Null);
    }

    [Test]
    public async Task A_write_without_an_expiry_clears_it()
    {
        await using var emulated = await Emulated.StartAsync();
        var revision = (await emulated.Admin.PutAnswerAsync("db/d", """{"_exp":60}""")).Revision;
        await emulated.Admin.PutAnswerAsync($"db/d?rev={revision}", """{"x":1}""");

        Assert.That((await emulated.Admin.GetAnswerAsync("db/d?show_exp=true")).Json["_exp"], Is.Null);
    }

    [Test]
    public async Task An_expired_document_is_a_tombstone()
    {
        var clock = new FakeTimeProvider(Now);
        await using var emulated = await Emulated.StartAsync(clock: clock);
        await emulated.Admin.PutAnswerAsync("db/short", """{"_exp":30}""");
        await emulated.Admin.PutAnswerAsync("db/long", string.Create(CultureInfo.InvariantCulture, $$"""{"_exp":{{Now.ToUnixTimeSeconds() + 100}}}"""));

        clock.Advance(TimeSpan.FromSeconds(31));

        Assert.That(async () => (await emulated.Admin.GetAnswerAsync("db/short")).Status, Is.EqualTo(404).After(5_000, 20));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/short")).Reason, Is.EqualTo("deleted"));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/long")).Status, Is.EqualTo(200));
    }
}
