using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.ServiceDefaults.Http;
using OfflineActions.ServiceDefaults.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace OfflineActions.WebClient;

/// <summary>Serves the page and, at the same origin, the database. So no CORS configuration is needed.</summary>
public static class WebClientModule
{
    // A waiting changes feed is silent for up to 25 s, the heartbeat interval of Sync Gateway.
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromSeconds(60) };

    /// <summary>Adds the services of <see cref="MapWebClient"/>.</summary>
    public static WebApplicationBuilder AddWebClient(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<WebClientOptions>(WebClientOptions.Section);
        builder.Services.AddHttpForwarder();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<RepeatedEvents>();
        builder.Services.AddDefaultLogLevel(ForwardingErrors.ProxyCategory, LogLevel.None);
        builder.Services.AddResponseCompression(compression => compression.EnableForHttps = true);
        return builder;
    }

    /// <summary>Maps <c>/db</c> to Sync Gateway's database, and everything else to the page.</summary>
    public static WebApplication MapWebClient(this WebApplication app)
    {
        // RunServiceAsync reports the errors.
        if (app.HasConfigurationErrors())
        {
            return app;
        }

        var options = app.Services.GetRequiredService<IOptions<WebClientOptions>>().Value;
        // The policies are for the URLs of the service worker, and of the worker that scales photos. Photos are shown as blobs.
        app.Use(new PageHeaders("service-worker photo-scaling", "no-referrer", "'self' blob:").AddAsync);
        app.Use(ActivatorUtilities.CreateInstance<ForeignSites>(app.Services).RefuseAsync);
        app.Use(ActivatorUtilities.CreateInstance<ForwardingErrors>(app.Services).LogAsync);
        app.MapForwarder("/db/{**rest}", options.SyncGateway.ToString(), Forwarding, SyncGatewayTransforms.Add);
        if (Directory.Exists(options.Folder))
        {
            // Not for /db: Sync Gateway compresses by itself, and compression would buffer the changes feed.
            app.UseWhen(context => !context.Request.Path.StartsWithSegments("/db"), pages => pages.UseResponseCompression());
            app.UseFileServer(PageFiles.CreateOptions(new PhysicalFileProvider(options.Folder)));
        }
        else
        {
            app.MapGet("/", MissingPage.Create);
        }

        return app;
    }
}
