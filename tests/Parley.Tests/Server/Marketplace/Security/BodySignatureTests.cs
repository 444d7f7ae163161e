using System.Text;
using Parley.Server.Marketplace.Security;

namespace Parley.Tests.Server.Marketplace.Security;

public sealed class BodySignatureTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"purchaseAmount":2500,"productId":41}""");

    [Theory]
    [InlineData("NjTf56KxGn10/NUIl+Su2PYghOn8KLVuMY8/mM7SSrk=", true)]
    [InlineData("njTf56KxGn10/NUIl+Su2PYghOn8KLVuMY8/mM7SSrk=", false)]
    [InlineData("NjTf56KxGn10", false)]
    [InlineData("not base64!", false)]
    [InlineData("", false)]
    public void Knows_the_vector_of_the_contract(string signature, bool fits)
    {
        Assert.Equal(fits, BodySignature.Fits(["k1-demo"], Body, signature));
        Assert.Equal(fits, BodySignature.Fits(["newer", "k1-demo"], Body, signature));
        Assert.False(BodySignature.Fits(["other"], Body, signature));
    }

    [Fact]
    public void One_changed_byte_breaks_it()
    {
        var changed = Body.ToArray();
        changed[18] = (byte)'9';
        Assert.False(BodySignature.Fits(["k1-demo"], changed, "NjTf56KxGn10/NUIl+Su2PYghOn8KLVuMY8/mM7SSrk="));
    }
}
