using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace OfflineActions.Tests.Emulators;

/// <summary>A webhook receiver that records requests; the test controls its answers.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<Request> Requests { get; } = new();

    public IEnumerable<string> Bodies => Requests.Select(request => request.Body);

    /// <summary>The status of the answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>While this is there, requests wait for it.</summary>
    public TaskCompletionSource? Held { get; set; }

    public string Url =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/hook/db?source=db";

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        Held?.TrySetResult();
        await app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key,
            header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase);
        var target = context.Request.Path + context.Request.QueryString;
        Requests.Enqueue(new(context.Request.Method, target, headers, await reader.ReadToEndAsync()));
        if (Held is { } held)
        {
            await held.Task;
        }

        context.Response.StatusCode = Status;
    }

    internal sealed record Request(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
}
