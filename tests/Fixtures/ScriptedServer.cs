using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace OfflineActions.Tests.SyncGateway;

/// <summary>An HTTP server on a free port that a test scripts. It records the requests.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Request> requests = new();

    private ScriptedServer(WebApplication app) => this.app = app;

    /// <summary>One request, with the raw target of its request line.</summary>
    public sealed record Request(string Method, string Target, IHeaderDictionary Headers, string? ContentType, byte[] Body);

    public Uri Url => new(app.Urls.First());

    public IReadOnlyList<Request> Requests => [.. requests];

    public static async Task<ScriptedServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        var server = new ScriptedServer(builder.Build());
        server.app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            server.requests.Enqueue(new Request(
                context.Request.Method,
                context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                new HeaderDictionary(context.Request.Headers.ToDictionary()),
                context.Request.ContentType,
                body.ToArray()));
            await answer(context);
        });

        await server.app.StartAsync();
        return server;
    }

    /// <summary>Starts a server with the same response to every request.</summary>
    public static Task<ScriptedServer> AnsweringAsync(int status, string body, string contentType = "application/json") =>
        StartAsync(context => AnswerAsync(context, status, body, contentType));

    public static Task AnswerAsync(HttpContext context, int status, string body, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
