namespace Contracts;

/// <summary>The queues one action's messages pass, as plain data: any client in any language can be given these names.</summary>
/// <param name="Work">Where workers take messages from; the other names follow from it.</param>
public sealed record ActionQueues(string Work)
{
    /// <summary>Messages whose worker died too often while holding them; worked one at a time.</summary>
    public string Quarantine => Work + "_quarantine";

    /// <summary>Messages that ended in failure, kept for an operator.</summary>
    public string Error => Work + "_error";

    /// <summary>Messages nobody understood, kept for an operator.</summary>
    public string Skipped => Work + "_skipped";

    /// <summary>Messages that killed their worker even when alone with it.</summary>
    public string Poison => Work + "_poison";
}
