namespace OfflineActions.Tests;

/// <summary>A part of the shared broker that one test has for itself.</summary>
public sealed class VirtualHost : IAsyncDisposable
{
    private VirtualHost(string name, SharedBroker broker)
    {
        Name = name;
        Url = new UriBuilder(broker.Url) { Path = name }.Uri;
        Management = new BrokerManagement(broker.ManagementUrl, broker.Credentials, name);
    }

    /// <summary>Its name, which needs no escaping anywhere.</summary>
    public string Name { get; }

    /// <summary>The address for clients, with user, password and this virtual host.</summary>
    public Uri Url { get; }

    /// <summary>The management API of this virtual host.</summary>
    public BrokerManagement Management { get; }

    /// <summary>Makes an empty one.</summary>
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
