using System.ComponentModel.DataAnnotations;

namespace OfflineActions.WebClient;

/// <summary>The <c>WebClient</c> section of the configuration.</summary>
public sealed class WebClientOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "WebClient";

    /// <summary>Sync Gateway's public address, without a database. Only its database <c>db</c> is forwarded.</summary>
    [Required(ErrorMessage = "WebClient:SyncGateway must be Sync Gateway's public address, for example http://sync-gateway:4984.")]
    public Uri SyncGateway { get; init; } = new("http://127.0.0.1:4984");

    /// <summary>
    /// The addresses at which browsers open the page, for example <c>https://app.example</c>. Needed for a name other than localhost and
    /// the names that the server listens at, and behind a proxy that ends TLS.
    /// </summary>
    public IReadOnlyList<Uri> Origins { get; init; } = [];

    /// <summary>The folder of the built page. If it does not exist, instructions to build the page are served instead.</summary>
    [Required(ErrorMessage = "WebClient:Folder must name the folder of the built page.")]
    public string Folder { get; init; } = Path.Combine(AppContext.BaseDirectory, "page");
}
