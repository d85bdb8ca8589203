using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OfflineActions.Tests.Person;

/// <summary>A web server that a test scripts. It records the requested paths.</summary>
internal sealed class ScriptedHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<string> asked = new();
    private readonly TaskCompletionSource firstRequest = new();

    private ScriptedHost(WebApplication app) => this.app = app;

    /// <summary>The handler of all requests; it may change while the server runs.</summary>
    public RequestDelegate Answer { get; set; } = Answers.Swapi;

    /// <summary>The requested paths, in order.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    /// <summary>Completes when the first request has come.</summary>
    public Task UntilAskedAsync() => firstRequest.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The base address of its API.</summary>
    public Uri Api => new(new Uri(app.Urls.Single()), "api/");

    public static Task<ScriptedHost> StartAsync(RequestDelegate? answer = null) => StartAsync(answer, certificate: null);

    /// <summary>A server with HTTPS and a certificate that expired yesterday.</summary>
    public static Task<ScriptedHost> StartExpiredAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var bare = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(-1));
        return StartAsync(null, X509CertificateLoader.LoadPkcs12(bare.Export(X509ContentType.Pkcs12), null));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task<ScriptedHost> StartAsync(RequestDelegate? answer, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));

        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var app = builder.Build();
        var host = new ScriptedHost(app);
        host.Answer = answer ?? host.Answer;
        app.Run(context =>
        {
            host.asked.Enqueue(context.Request.Path);
            host.firstRequest.TrySetResult();
            return host.Answer(context);
        });

        await app.StartAsync();
        return host;
    }
}
