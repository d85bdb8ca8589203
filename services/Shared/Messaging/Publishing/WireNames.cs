using MassTransit;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Publishing;

/// <summary>The names of messages on the wire come from the contracts, not from .NET namespaces.</summary>
internal static class WireNames
{
    extension(ActionContract contract)
    {
        /// <summary>What the header <c>MT-MessageType</c> says.</summary>
        public string Urn => "urn:message:" + contract.Exchange;
    }

    public static void Use(IBusFactoryConfigurator bus, ActionCatalog catalog) =>
        bus.MessageTopology.SetEntityNameFormatter(new ContractNames(catalog, bus.MessageTopology.EntityNameFormatter));

    private sealed class ContractNames(ActionCatalog catalog, IEntityNameFormatter others) : IEntityNameFormatter
    {
        public string FormatEntityName<T>() =>
            catalog.Actions.FirstOrDefault(action => action.MessageType == typeof(T))?.Exchange ?? others.FormatEntityName<T>();
    }
}
