using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OfflineActions.Tests.Person;

/// <summary>A web server of its own that answers as a test says and remembers what it was asked.</summary>
internal sealed class ScriptedHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<string> asked = new();

    private ScriptedHost(WebApplication app) => this.app = app;

    /// <summary>How it answers; may change while it runs.</summary>
    public RequestDelegate Answer { get; set; } = Answers.Swapi;

    /// <summary>The paths it was asked for, in order.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    /// <summary>Where its API begins.</summary>
    public Uri Api => new(new Uri(app.Urls.Single()), "api/");

    public static Task<ScriptedHost> StartAsync(RequestDelegate? answer = null) => StartAsync(answer, certificate: null);

    /// <summary>Speaks HTTPS with a certificate that ended yesterday.</summary>
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
            return host.Answer(context);
        });

        await app.StartAsync();
        return host;
    }
}
