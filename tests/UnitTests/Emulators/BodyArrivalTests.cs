using System.Net.Sockets;
using System.Text;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Emulators;

/// <summary>How the parts of request bodies arrive: with the head, after it, or with other requests.</summary>
public sealed class BodyArrivalTests
{
    private const string Body = """{"foo":"bar"}""";
    private const string Revision = "1-cd809becc169215072fd567eebd8b8de";
    private const string OfEmpty = "1-ca9ad22802b66f662ff171f226211d5c";

    private static readonly string Put = $"PUT /db/d HTTP/1.1\r\nHost: x\r\nContent-Length: {Body.Length}\r\n\r\n";

    [Test]
    public async Task A_body_may_arrive_after_the_head_and_in_two_parts([Values(0, 1, 12)] int first)
    {
        await using var emulated = await Emulated.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = await ConnectAsync(emulated, deadline.Token);

        await SendAsync(client, Put + Body[..first], deadline.Token);
        Assert.That(await Eventually.IsAsync(() => emulated.Gateway.Stats.Requests[RequestKind.Write] == 1));
        await SendAsync(client, Body[first..], deadline.Token);

        Assert.That(await RevisionsAsync(client, 1, deadline.Token), Is.EqualTo([Revision]));
    }

    [Test]
    public async Task Requests_that_arrive_together_have_their_own_bodies()
    {
        await using var emulated = await Emulated.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = await ConnectAsync(emulated, deadline.Token);
        var empty = "PUT /db/e HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
        var chunked = "PUT /db/f HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n{\"prop\": true }\r\n0\r\n\r\n";

        await SendAsync(client, Put + Body + empty + chunked + empty.Replace("/e ", "/g ", StringComparison.Ordinal), deadline.Token);

        Assert.That(
            await RevisionsAsync(client, 4, deadline.Token),
            Is.EqualTo([Revision, OfEmpty, "1-45ca73d819d5b1c9b8eea95290e79004", OfEmpty]));
    }

    private static async Task<TcpClient> ConnectAsync(Emulated emulated, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        await client.ConnectAsync(emulated.Gateway.AdminUrl.Host, emulated.Gateway.AdminUrl.Port, cancellationToken);
        return client;
    }

    private static Task SendAsync(TcpClient client, string text, CancellationToken cancellationToken) =>
        client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken).AsTask();

    /// <summary>The revisions in the tags of the next answers.</summary>
    private static async Task<List<string>> RevisionsAsync(TcpClient client, int count, CancellationToken cancellationToken)
    {
        var reader = new StreamReader(client.GetStream());
        var revisions = new List<string>();
        while (revisions.Count < count && await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("Etag: ", StringComparison.OrdinalIgnoreCase))
            {
                revisions.Add(line["Etag: ".Length..].Trim('"'));
            }
        }

        return revisions;
    }
}
