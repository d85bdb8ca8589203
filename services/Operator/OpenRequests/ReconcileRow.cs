namespace OfflineActions.Operator.OpenRequests;

/// <summary>One open request.</summary>
internal sealed record ReconcileRow(string Action, string Keyspace, string Document, string Revision, Guid MessageId, bool Repaired)
{
    public static ReconcileRow Of(OpenRequest request, bool repaired) => new(
        request.Action.States.Name, request.Keyspace, request.Document, request.Revision, request.Message.MessageId, repaired);
}
