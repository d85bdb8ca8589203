using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OfflineActions.Contracts;
using OfflineActions.Operator.Serve;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>The operator page in this process, with a client for it.</summary>
internal sealed class OperatorPageHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly LogLines log;

    private OperatorPageHost(WebApplication app, LogLines log)
    {
        (this.app, this.log) = (app, log);
        Http = CreateClient();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(app.Urls.First());

    /// <summary>A client without a user.</summary>
    public HttpClient Http { get; }

    /// <summary>The events of the operator's own log, each with its id in front: <c>8001 …</c>.</summary>
    public IReadOnlyCollection<string> Log => log.Lines;

    /// <summary>Starts it on a free port.</summary>
    /// <param name="syncGateway">Sync Gateway's address.</param>
    /// <param name="bus">The broker; null for none, as in a development process.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<OperatorPageHost> StartAsync(Uri syncGateway, Uri? bus = null, params (string Key, string Value)[] settings)
    {
        var log = new LogLines();
        var app = Build(
            log,
            [
                ("urls", "http://127.0.0.1:0"),
                ("SyncGateway:Url", syncGateway.GetLeftPart(UriPartial.Authority)),
                bus is null ? ("Bus:Transport", "InMemory") : ("Bus:Url", bus.AbsoluteUri),
                .. settings,
            ]);
        app.MapOperatorPage();
        await app.StartAsync();
        return new OperatorPageHost(app, log);
    }

    /// <summary>Builds it and starts nothing.</summary>
    public static WebApplication Build(params (string Key, string Value)[] settings) => Build(new LogLines(), settings);

    /// <summary>A client, with the credentials of a user.</summary>
    public HttpClient CreateClient(string? user = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(30) };
        if (user is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        }

        return http;
    }

    /// <summary>Asks the API.</summary>
    public async Task<JsonNode> GetAsync(string path) => (await Http.GetFromJsonAsync<JsonNode>(path))!;

    /// <summary>Starts a job and waits until it has ended.</summary>
    public async Task<JsonNode> RunJobAsync(string path, object request)
    {
        using var answer = await Http.PostAsJsonAsync(path, request);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(202), body);
        return await UntilEndedAsync(JsonNode.Parse(body)!["id"]!.GetValue<string>());
    }

    /// <summary>Waits until a job has ended.</summary>
    public async Task<JsonNode> UntilEndedAsync(string id)
    {
        JsonNode? job = null;
        Assert.That(
            await Eventually.IsAsync(async () => (job = await GetAsync($"/api/jobs/{id}"))["endedAt"] is not null), Is.True, $"{job}");
        return job!;
    }

    /// <summary>Waits until something that the API says holds.</summary>
    public async Task<JsonNode> UntilAsync(string path, Func<JsonNode, bool> condition)
    {
        JsonNode? last = null;
        Assert.That(await Eventually.IsAsync(async () => condition(last = await GetAsync(path))), Is.True, $"{path} never became so: {last}");
        return last!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static WebApplication Build(LogLines log, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        // Later settings replace earlier ones.
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.AddOperatorPage(ActionCatalog.Default);
        return builder.Build();
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = [];

        public IReadOnlyCollection<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (id.Id is >= 8_000 and < 9_000)
            {
                lines.Enqueue($"{id.Id} {formatter(state, exception)}");
            }
        }

        public void Dispose()
        {
        }
    }
}
