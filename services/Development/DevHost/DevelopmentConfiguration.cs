using Microsoft.Extensions.Configuration.Memory;

namespace OfflineActions.DevHost;

/// <summary>The settings that connect gateway and worker to the emulators.</summary>
internal static class DevelopmentConfiguration
{
    /// <summary>
    /// Adds them with the lowest priority: an environment variable overrides a setting, for example to use the real SWAPI.
    /// </summary>
    public static void UseDevelopmentConfiguration(this WebApplicationBuilder builder, EmulatedServices emulators, DevPorts ports) =>
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["urls"] = $"http://127.0.0.1:{ports.Gateway}",
                ["Bus:Transport"] = "InMemory",
                ["Gateway:WebhookPassword"] = emulators.WebhookPassword,
                ["SyncGateway:Url"] = emulators.SyncGateway.ToString(),
                ["Swapi:BaseAddresses:0"] = emulators.Swapi.ToString(),
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",
            },
        });
}
