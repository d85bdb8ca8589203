using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OfflineActions.Benchmarks.Emulator;

/// <summary>
/// A Kestrel server that parses JSON and writes it back, and answers GET with a document of the size that the emulator answers: what a JSON
/// server does on this machine that keeps nothing. Its answers to PUT are some 90 bytes shorter than the emulator's, which have an
/// <c>Etag</c>, a longer <c>Server</c>, and a revision in the body.
/// </summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private static readonly JsonNode Document = JsonNode.Parse(
        """{"_id":"read31-999","_rev":"1-cd809becc169215072fd567eebd8b8de","action":"person_request","name":"someone"}""")!;

    private readonly WebApplication application;

    private EchoServer(WebApplication application) => this.application = application;

    public Uri Url => new(application.Urls.Single() + "/");

    public static async Task<EchoServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Run(async context =>
        {
            var json = HttpMethods.IsGet(context.Request.Method)
                ? Document
                : await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        });
        await application.StartAsync();
        return new(application);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
