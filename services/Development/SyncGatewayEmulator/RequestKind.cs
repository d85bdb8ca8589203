namespace OfflineActions.Emulators;

/// <summary>What a request to the emulated Sync Gateway is about.</summary>
public enum RequestKind
{
    /// <summary>Everything else.</summary>
    Other,

    /// <summary>Reads documents.</summary>
    Read,

    /// <summary>Writes documents.</summary>
    Write,

    /// <summary>Follows the changes feed.</summary>
    Changes,

    /// <summary>Reads or writes a <c>_local</c> document.</summary>
    Local,
}
