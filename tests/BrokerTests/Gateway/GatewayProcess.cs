using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OfflineActions.Dev;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Gateway;

/// <summary>A gateway as a process, and a client that posts webhooks to it.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    public const string Path = "/webhooks/sync-gateway/db";
    public const string Password = "correct horse battery staple";
    public const int MaxBodyBytes = 4_096;

    private readonly SyncGatewayEmulator syncGateway;
    private readonly ServiceProcess process;

    private GatewayProcess(SyncGatewayEmulator syncGateway, ServiceProcess process)
    {
        this.syncGateway = syncGateway;
        this.process = process;
        Http = new HttpClient { BaseAddress = process.Url, Timeout = TimeSpan.FromSeconds(20) };
        Http.DefaultRequestHeaders.Authorization = Basic("sync-gateway", Password);
    }

    /// <summary>Sends the right credentials by default.</summary>
    public HttpClient Http { get; }

    public OutputTail Output => process.Output;

    public static async Task<GatewayProcess> StartAsync(Uri broker, string readyPath = "/health/ready")
    {
        var syncGateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        return new(syncGateway, await ServiceProcess.StartAsync(new ServiceOptions
        {
            Service = "Gateway",
            ReadyPath = readyPath,
            Environment = new Dictionary<string, string?>
            {
                ["Bus__Url"] = broker.AbsoluteUri,
                ["SyncGateway__Url"] = syncGateway.PublicUrl.AbsoluteUri,
                ["Gateway__WebhookPassword"] = Password,
                ["Gateway__MaxBodyBytes"] = $"{MaxBodyBytes}",
            },
        }));
    }

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>Posts a body as a webhook.</summary>
    public Task<HttpResponseMessage> PostAsync(string body, string path = Path, string? contentType = "application/json") =>
        SendAsync(new ByteArrayContent(Encoding.UTF8.GetBytes(body)), path, contentType);

    public async Task<HttpResponseMessage> SendAsync(HttpContent content, string path = Path, string? contentType = "application/json", Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        with?.Invoke(request);
        return await Http.SendAsync(request);
    }

    /// <summary>The status of a GET.</summary>
    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await Http.GetAsync(path);
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await process.DisposeAsync();
        await syncGateway.DisposeAsync();
    }
}
