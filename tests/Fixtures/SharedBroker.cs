using System.Net;

namespace OfflineActions.Tests;

/// <summary>The RabbitMQ that the tests of a run share.</summary>
/// <param name="url">The address for clients, with user and password.</param>
/// <param name="management">The address of the management page.</param>
/// <param name="owned">The broker to dispose at the end of the run; null when this run did not start it.</param>
public sealed class SharedBroker(Uri url, Uri management, IAsyncDisposable? owned) : IAsyncDisposable
{
    /// <summary>The address for clients, with user and password.</summary>
    public Uri Url { get; } = url;

    /// <summary>The address of the management page; the API is below it at <c>api/</c>.</summary>
    public Uri ManagementUrl { get; } = management;

    /// <summary>User and password, the same for clients and the management API.</summary>
    public NetworkCredential Credentials { get; } = CredentialsOf(url);

    /// <summary>A broker that this run did not start.</summary>
    /// <param name="url">Its AMQP address; without user and password, guest.</param>
    /// <param name="management">Its management page; null means the usual port of the same host.</param>
    public static SharedBroker Given(Uri url, string? management) =>
        new(url, new Uri(management is { Length: > 0 } ? management : $"http://{url.Host}:15672/"), owned: null);

    public async ValueTask DisposeAsync()
    {
        if (owned is not null)
        {
            await owned.DisposeAsync();
        }
    }

    private static NetworkCredential CredentialsOf(Uri url) => url.UserInfo.Split(':', 2) switch
    {
        [var user, var password] => new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password)),
        _ => new NetworkCredential("guest", "guest"),
    };
}
