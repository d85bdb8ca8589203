using System.Net.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OfflineActions.ServiceDefaults.Http;

/// <summary>
/// Lets every HTTPS endpoint in the section <c>Kestrel</c> use its certificate files as they are now. An endpoint that asks clients for
/// certificates, or has several by the name of the host (<c>Sni</c>), keeps what it has read at its start.
/// </summary>
/// <remarks>
/// Kestrel's own reload listens for changes of the certificate's file. Kubernetes replaces a link in another place, which is no such
/// change. One that finds the new certificate before the new key may be its last: Kestrel then does not look at the key again.
/// </remarks>
internal static class ServerCertificates
{
    private const string Section = "Kestrel";

    public static void Follow(WebHostBuilderContext context, KestrelServerOptions server)
    {
        var kestrel = context.Configuration.GetSection(Section);
        var loader = server.Configure(kestrel, reloadOnChange: false);
        foreach (var endpoint in kestrel.GetSection("Endpoints").GetChildren())
        {
            loader.Endpoint(
                endpoint.Key, configured => Follow(configured, kestrel.GetSection("Certificates:Default"), server.ApplicationServices));
        }
    }

    private static void Follow(EndpointConfiguration endpoint, IConfigurationSection shared, IServiceProvider services)
    {
        var own = endpoint.ConfigSection.GetSection("Certificate");
        var settings = own.Exists() ? own : shared;
        if (!endpoint.IsHttps
            || settings["Path"] is not { Length: > 0 } path
            || endpoint.ConfigSection.GetSection("Sni").Exists()
            || endpoint.HttpsOptions.ClientCertificateMode is not ClientCertificateMode.NoCertificate)
        {
            return;
        }

        var root = services.GetRequiredService<IHostEnvironment>().ContentRootPath;
        var certificate = new CertificateFiles(
            Path.Combine(root, path),
            settings["KeyPath"] is { Length: > 0 } keyPath ? Path.Combine(root, keyPath) : null,
            settings["Password"],
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<CertificateFiles>>());
        var protocols = endpoint.HttpsOptions.SslProtocols;
        endpoint.ListenOptions.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = endpoint.HttpsOptions.HandshakeTimeout,
            OnConnection = _ => new(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.GetCurrent(),
                EnabledSslProtocols = protocols,
            }),
        });
    }
}
