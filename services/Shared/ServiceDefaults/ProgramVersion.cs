using System.Reflection;

namespace OfflineActions.ServiceDefaults;

/// <summary>The version that was built, for presence and telemetry.</summary>
public static class ProgramVersion
{
    /// <summary>For example <c>0.2.0-dev+cd809bec…</c>: the version of Directory.Build.props, and the commit if the build knew it.</summary>
    public static string Current { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
