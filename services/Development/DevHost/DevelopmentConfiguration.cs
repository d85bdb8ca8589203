using Microsoft.Extensions.Configuration.Memory;

namespace OfflineActions.DevHost;

/// <summary>The configuration under which gateway and worker meet the emulated world.</summary>
internal static class DevelopmentConfiguration
{
    /// <summary>Lays it under everything else, so that the environment can still change a value, for example to ask the real SWAPI.</summary>
    public static void UseDevelopmentConfiguration(this WebApplicationBuilder builder, EmulatedWorld outside, DevPorts ports) =>
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["urls"] = $"http://127.0.0.1:{ports.Gateway}",
                ["Bus:Transport"] = "InMemory",
                ["Gateway:WebhookPassword"] = outside.WebhookPassword,
                ["SyncGateway:Url"] = outside.SyncGateway.ToString(),
                ["Swapi:BaseAddresses:0"] = outside.Swapi.ToString(),
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:MassTransit"] = "Warning",
                ["Logging:LogLevel:Microsoft"] = "Warning",
            },
        });
}
