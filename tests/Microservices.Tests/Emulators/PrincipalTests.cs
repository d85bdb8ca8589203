namespace Microservices.Tests.Emulators;

/// <summary>Users, as administrators keep them.</summary>
public sealed class PrincipalTests
{
    [Test]
    public async Task A_user_that_is_put_takes_a_sequence_and_is_answered_nothing()
    {
        await using var emulated = await Emulated.Start();
        const string User = """{"password":"letmein","admin_channels":["A"]}""";
        var before = await Sequence(emulated);

        var created = await emulated.Admin.Put("db/_user/u1", User);
        var replaced = await emulated.Admin.Put("db/_user/u1", User);
        var again = await emulated.Admin.Post("db/_user/", """{"name":"u1","password":"letmein"}""");

        Assert.That((created.Status, created.Text, replaced.Status, replaced.Text), Is.EqualTo((201, "", 200, "")));
        Assert.That(again.Status, Is.EqualTo(409));
        Assert.That(await Sequence(emulated), Is.GreaterThan(before));
    }

    private static async Task<long> Sequence(Emulated emulated) => (long)(await emulated.Admin.Get("db/")).Json["update_seq"]!;
}
