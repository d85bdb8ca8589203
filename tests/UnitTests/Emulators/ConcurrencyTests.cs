namespace OfflineActions.Tests.Emulators;

/// <summary>Concurrent clients.</summary>
public sealed class ConcurrencyTests
{
    [Test]
    public async Task Of_twenty_writers_with_one_revision_exactly_one_succeeds()
    {
        await using var emulated = await Emulated.StartAsync();
        var revision = (await emulated.Admin.PutAnswerAsync("db/d", "{}")).Revision;
        for (var round = 0; round < 10; round++)
        {
            var parent = revision;
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(writer => emulated.Admin.PutAnswerAsync($"db/d?rev={parent}", $$"""{"writer":{{writer}}}""")));

            Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
            Assert.That(answers.Count(answer => answer.Status == 409), Is.EqualTo(19));
            revision = answers.Single(answer => answer.Status == 201).Revision;
        }

        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Headers.ETag!.Tag, Is.EqualTo($"\"{revision}\""));
        Assert.That(emulated.Gateway.WritesOf("d"), Is.EqualTo(11));
    }

    [Test]
    public async Task Of_twenty_creators_exactly_one_succeeds()
    {
        await using var emulated = await Emulated.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(writer => emulated.Admin.PutAnswerAsync("db/d", $$"""{"writer":{{writer}}}""")));

        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
    }

    [Test]
    public async Task A_feed_reader_sees_every_write_of_concurrent_writers()
    {
        await using var emulated = await Emulated.StartAsync();
        var writing = Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
            await emulated.Admin.PutAnswerAsync($"db/d{number}", "{}"));

        var seen = new HashSet<string>();
        var since = "0";
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (seen.Count < 400 && !deadline.IsCancellationRequested)
        {
            var page = (await emulated.Admin.GetAnswerAsync($"db/_changes?feed=longpoll&timeout=2000&limit=7&since={since}")).Json;
            seen.UnionWith(page["results"]!.AsArray().Select(row => (string)row!["id"]!));
            since = (string)page["last_seq"]!;
        }

        await writing;
        Assert.That(seen, Has.Count.EqualTo(400));
    }
}
