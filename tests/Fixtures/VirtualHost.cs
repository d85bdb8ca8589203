namespace OfflineActions.Tests;

/// <summary>A virtual host of the shared broker for one test.</summary>
public sealed class VirtualHost : IAsyncDisposable
{
    private VirtualHost(string name, SharedBroker broker)
    {
        Name = name;
        Url = new UriBuilder(broker.Url) { Path = name }.Uri;
        Management = new BrokerManagement(broker.ManagementUrl, broker.Credentials, name);
    }

    /// <summary>Its name, which needs no escaping.</summary>
    public string Name { get; }

    /// <summary>The address for clients, with user, password and this virtual host.</summary>
    public Uri Url { get; }

    /// <summary>The management API of this virtual host.</summary>
    public BrokerManagement Management { get; }

    /// <summary>Creates an empty virtual host.</summary>
    public static async Task<VirtualHost> CreateAsync(SharedBroker broker)
    {
        var made = new VirtualHost($"test-{Guid.NewGuid():N}", broker);
        await made.Management.CreateVirtualHostAsync();
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await Management.DeleteVirtualHostAsync();
        Management.Dispose();
    }
}
