namespace OfflineActions.Emulators.Store;

/// <summary>What the changes feed has at one sequence.</summary>
/// <param name="Sequence">Where.</param>
/// <param name="Document">The document.</param>
/// <param name="Departed">Whether the document has moved on, and only those see it here whose channels it left here.</param>
internal readonly record struct SequenceEntry(long Sequence, StoredDocument Document, bool Departed);
