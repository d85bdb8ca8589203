using System.Reflection;

namespace OfflineActions.Emulators;

/// <summary>The version of this program.</summary>
internal static class ToolVersion
{
    /// <summary>For example <c>1.0.0</c>, without the commit.</summary>
    public static string Text { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
