using OfflineActions.Contracts;

namespace OfflineActions.Tests.Echo;

/// <summary>
/// The actions of the repository and the echo action. A real action is a line in <see cref="ActionCatalog.Default"/> instead.
/// </summary>
public static class EchoCatalog
{
    /// <summary>The echo action.</summary>
    public static ActionContract Echo { get; } = new ActionContract<EchoRequested>("echo", "echo-requested");

    /// <summary>All actions.</summary>
    public static ActionCatalog All { get; } = new([.. ActionCatalog.Default.Actions, Echo]);
}
