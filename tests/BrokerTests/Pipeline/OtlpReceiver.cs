using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>A receiver of OTLP that records the spans.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Span> spans = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(ReceiveAsync);
    }

    /// <summary>The environment of a service that exports its spans here every 200 ms.</summary>
    public Dictionary<string, string?> Environment => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    public IReadOnlyCollection<Span> Spans => spans;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until a condition holds for the spans in the trace of a <c>traceparent</c>, and returns them.</summary>
    public async Task<IReadOnlyList<Span>> UntilAsync(string traceparent, Func<IReadOnlyCollection<Span>, bool> condition)
    {
        Span[] trace = [];
        var isComplete = await Eventually.IsAsync(() =>
        {
            trace = [.. spans.Where(span => span.Trace == traceparent[3..35])];
            return condition(trace);
        });
        Assert.That(
            isComplete, Is.True, $"{traceparent} has only:\n{string.Join('\n', trace.AsEnumerable())}\nAll:\n{string.Join('\n', spans)}");
        return trace;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (context.Request.Path == "/v1/traces")
        {
            foreach (var span in Span.Read(body.ToArray()))
            {
                spans.Enqueue(span);
            }
        }

        context.Response.ContentType = "application/x-protobuf";
    }
}
