using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed class SyncGatewayHttpTests
{
    private const string Found = """{"_id":"d","_rev":"1-a"}""";

    private static readonly Document Document = new("d", "1-a", RawObject.Empty);

    [Test]
    public async Task A_server_that_does_not_answer_is_unavailable_after_the_timeout()
    {
        await using var server = await ScriptedServer.StartAsync(ForeverAsync);
        using var client = new TestClient(server.Url, null, ("Timeout", "00:00:00.3"));

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);
        var written = await client.Client.WriteAsync("db", Document, CancellationToken.None);

        Assert.That((read as ReadOutcome.Unavailable)?.Cause.Reason, Does.Contain("0.3 s").And.Contain("SyncGateway:Timeout"));
        Assert.That((written as WriteOutcome.Unavailable)?.Cause.Reason, Does.Contain("0.3 s"));
        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [TestCase(200)]
    [TestCase(409)]
    public async Task The_timeout_covers_the_body(int status)
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("{");
            await ForeverAsync(context);
        });
        using var client = new TestClient(server.Url, null, ("Timeout", "00:00:00.3"));

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);
        var written = await client.Client.WriteAsync("db", Document, CancellationToken.None);

        Assert.That((read as ReadOutcome.Unavailable)?.Cause.Reason, Does.Contain("SyncGateway:Timeout"));
        Assert.That((written as WriteOutcome.Unavailable)?.Cause.Reason, Does.Contain("SyncGateway:Timeout"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_cancelled_call_throws(bool headersFirst)
    {
        using var cancellationToken = new CancellationTokenSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (headersFirst)
            {
                await context.Response.WriteAsync("{");
            }

            await cancellationToken.CancelAsync();
            await ForeverAsync(context);
        });
        using var client = new TestClient(server.Url);

        Assert.That(() => client.Client.ReadAsync("db", "d", cancellationToken.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => client.Client.WriteAsync("db", Document, cancellationToken.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_refused_connection_is_unavailable()
    {
        using var client = new TestClient(UnusedAddress());

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);
        var written = await client.Client.WriteAsync("db", Document, CancellationToken.None);

        Assert.That((read as ReadOutcome.Unavailable)?.Cause.Reason, Does.Contain("No answer from Sync Gateway"));
        Assert.That((written as WriteOutcome.Unavailable)?.Cause.Reason, Does.Contain("No answer from Sync Gateway"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_answer_beyond_the_size_limit_is_unreadable(bool announced)
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var page = new byte[2_000];
            context.Response.ContentLength = announced ? page.Length : null;
            await context.Response.Body.WriteAsync(page, context.RequestAborted);
        });
        using var client = new TestClient(server.Url, null, ("MaxResponseBytes", "1000"));

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);
        var written = await client.Client.WriteAsync("db", Document, CancellationToken.None);

        Assert.That((read as ReadOutcome.Unreadable)?.Reason, Does.Contain("SyncGateway:MaxResponseBytes").And.Contain("1000"));
        Assert.That((written as WriteOutcome.Unavailable)?.Cause.Reason, Does.Contain("SyncGateway:MaxResponseBytes"));
    }

    [Test]
    public async Task The_size_limit_holds_for_the_decompressed_answer()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(new byte[1_000_000]);
        });
        using var client = new TestClient(server.Url, null, ("MaxResponseBytes", "100000"));

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);

        Assert.That((read as ReadOutcome.Unreadable)?.Reason, Does.Contain("SyncGateway:MaxResponseBytes"));
    }

    [Test]
    public async Task A_compressed_document_is_read()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync("""{"_id":"d","_rev":"1-a"}"""u8.ToArray());
        });
        using var client = new TestClient(server.Url);

        Assert.That(await client.Client.ReadAsync("db", "d", CancellationToken.None), Is.TypeOf<ReadOutcome.Found>());
    }

    [Test]
    public async Task An_answer_with_invalid_compression_is_unavailable()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return ScriptedServer.AnswerAsync(context, 200, "this is not gzip");
        });
        using var client = new TestClient(server.Url);

        Assert.That(await client.Client.ReadAsync("db", "d", CancellationToken.None), Is.TypeOf<ReadOutcome.Unavailable>());
    }

    [Test]
    public async Task An_answer_that_breaks_off_is_unavailable()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 1_000;
            await context.Response.WriteAsync("{");
            context.Abort();
        });
        using var client = new TestClient(server.Url);

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);
        var written = await client.Client.WriteAsync("db", Document, CancellationToken.None);

        Assert.That(read, Is.TypeOf<ReadOutcome.Unavailable>());
        Assert.That(written, Is.TypeOf<WriteOutcome.Unavailable>());
    }

    [TestCase(500)]
    [TestCase(503)]
    public async Task A_read_is_tried_three_times(int status)
    {
        var tries = 0;
        await using var server = await ScriptedServer.StartAsync(context =>
            ScriptedServer.AnswerAsync(context, Interlocked.Increment(ref tries) < 3 ? status : 200, Found));
        using var client = new TestClient(server.Url);

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);

        Assert.That(read, Is.TypeOf<ReadOutcome.Found>());
    }

    [Test]
    public async Task A_read_is_not_tried_four_times()
    {
        await using var server = await ScriptedServer.AnsweringAsync(502, "");
        using var client = new TestClient(server.Url);

        await client.Client.ReadAsync("db", "d", CancellationToken.None);

        Assert.That(server.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_client_added_twice_does_not_retry_more_often()
    {
        await using var server = await ScriptedServer.AnsweringAsync(502, "");
        using var client = new TestClient(server.Url, builder => builder.AddSyncGatewayClient());

        await client.Client.ReadAsync("db", "d", CancellationToken.None);

        Assert.That(server.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_read_is_retried_after_a_dropped_connection()
    {
        var tries = 0;
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            if (Interlocked.Increment(ref tries) > 1)
            {
                return ScriptedServer.AnswerAsync(context, 200, Found);
            }

            context.Abort();
            return Task.CompletedTask;
        });
        using var client = new TestClient(server.Url);

        Assert.That(await client.Client.ReadAsync("db", "d", CancellationToken.None), Is.TypeOf<ReadOutcome.Found>());
    }

    [Test]
    public async Task The_timeout_covers_all_tries_together()
    {
        var tries = 0;
        await using var server = await ScriptedServer.StartAsync(context =>
            Interlocked.Increment(ref tries) < 2 ? ScriptedServer.AnswerAsync(context, 500, "{}") : ForeverAsync(context));
        using var client = new TestClient(server.Url, null, ("Timeout", "00:00:01"));

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);

        Assert.That((read as ReadOutcome.Unavailable)?.Cause.Reason, Does.Contain("SyncGateway:Timeout"));
        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [TestCase(401)]
    [TestCase(404)]
    [TestCase(429)]
    public async Task A_read_that_fails_with_4xx_is_tried_once(int status)
    {
        await using var server = await ScriptedServer.AnsweringAsync(status, "{}");
        using var client = new TestClient(server.Url);

        await client.Client.ReadAsync("db", "d", CancellationToken.None);

        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("120", 120)]
    [TestCase("Fri, 01 Jan 2027 00:01:00 GMT", 60)]
    [TestCase("Thu, 01 Jan 2026 00:00:00 GMT", 0)]
    [TestCase("soon", null)]
    public async Task Retry_After_is_returned_as_the_wait(string header, int? seconds)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = header;
            return ScriptedServer.AnswerAsync(context, 429, "{}");
        });
        using var client = new TestClient(server.Url, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        TimeSpan? expected = seconds is { } wait ? TimeSpan.FromSeconds(wait) : null;

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);
        var written = await client.Client.WriteAsync("db", Document, CancellationToken.None);

        Assert.That((read as ReadOutcome.Unavailable)?.Cause.RetryAfter, Is.EqualTo(expected));
        Assert.That((written as WriteOutcome.Unavailable)?.Cause.RetryAfter, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_read_with_Retry_After_is_not_retried()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "1";
            return ScriptedServer.AnswerAsync(context, 503, "{}");
        });
        using var client = new TestClient(server.Url);

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);

        Assert.That((read as ReadOutcome.Unavailable)?.Cause.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    private static Task ForeverAsync(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    private static Uri UnusedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }
}
