using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace OfflineActions.WebClient;

/// <summary>Serves the page and, under the page's own origin, the database it syncs with: so there is no CORS to configure.</summary>
public static class WebClientModule
{
    // A changes feed that waits is silent for up to 25 s, the shortest heartbeat of Sync Gateway.
    private static readonly ForwarderRequestConfig Patience = new() { ActivityTimeout = TimeSpan.FromSeconds(60) };

    /// <summary>Adds what <see cref="MapWebClient"/> needs.</summary>
    public static WebApplicationBuilder AddWebClient(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<WebClientOptions>(WebClientOptions.Section);
        builder.Services.AddHttpForwarder();
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
        app.Use(PageHeaders.AddAsync);
        app.Use(ForeignSites.RefuseAsync);
        app.MapForwarder("/db/{**rest}", options.SyncGateway.ToString(), Patience, SyncGatewayTraffic.Adapt);
        if (Directory.Exists(options.Folder))
        {
            // Sync Gateway compresses for itself, and its feed must not wait for a buffer to fill.
            app.UseWhen(context => !context.Request.Path.StartsWithSegments("/db"), pages => pages.UseResponseCompression());
            app.UseFileServer(PageFiles.In(new PhysicalFileProvider(options.Folder)));
        }
        else
        {
            app.MapGet("/", MissingPage.Answer);
        }

        return app;
    }
}
