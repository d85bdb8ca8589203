namespace OfflineActions.Tests.Emulators;

/// <summary>Users and roles on the admin port.</summary>
public sealed class PrincipalTests
{
    [Test]
    public async Task Writing_a_user_takes_a_sequence_and_is_answered_without_a_body()
    {
        await using var emulated = await Emulated.StartAsync();
        const string User = """{"password":"letmein","admin_channels":["A"]}""";
        var before = await SequenceAsync(emulated);

        var created = await emulated.Admin.PutAnswerAsync("db/_user/u1", User);
        var replaced = await emulated.Admin.PutAnswerAsync("db/_user/u1", User);
        var again = await emulated.Admin.PostAnswerAsync("db/_user/", """{"name":"u1","password":"letmein"}""");

        Assert.That((created.Status, created.Text, replaced.Status, replaced.Text), Is.EqualTo((201, "", 200, "")));
        Assert.That(again.Status, Is.EqualTo(409));
        Assert.That(await SequenceAsync(emulated), Is.GreaterThan(before));
    }

    private static async Task<long> SequenceAsync(Emulated emulated) => (long)(await emulated.Admin.GetAnswerAsync("db/")).Json["update_seq"]!;
}
