using Contracts;

namespace Worker.Delivery;

/// <summary>A request has ended in failure: its message goes to the error queue, with this as the reason an operator reads there.</summary>
internal sealed class ActionFailedException : Exception
{
    public ActionFailedException(RunOutcome.Failed failure)
        : base($"{failure.Code}: {failure.Reason}")
    {
        // By it an operator's replay knows whether the document has moved on since.
        Data[FailureHeader.Revision] = failure.Revision;
    }
}
