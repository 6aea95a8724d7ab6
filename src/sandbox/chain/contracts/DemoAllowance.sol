// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

interface ISafeModules {
    function execTransactionFromModule(address to, uint256 value, bytes calldata data, uint8 operation)
        external
        returns (bool success);
}

/// Keeps allowances of Safes with the interface of Safe's Allowance Module, whose bytecode no package carries. Written from that
/// interface, and only as far as Tidegate uses it: no signatures, no payment for gas, one list of delegates. For local chains only.
contract DemoAllowance {
    struct Allowance {
        uint96 amount;
        uint96 spent;
        uint16 resetTimeMin;
        uint32 lastResetMin;
        uint16 nonce;
    }

    mapping(address safe => mapping(address delegate => mapping(address token => Allowance))) private kept;
    mapping(address safe => address[]) private delegatesOf;
    mapping(address safe => mapping(address delegate => bool)) private isDelegate;

    event ExecuteAllowanceTransfer(
        address indexed safe, address delegate, address token, address to, uint96 value, uint16 nonce
    );

    /// The Safe itself calls this, as it does `setAllowance` and `deleteAllowance`: its owners signed it.
    function addDelegate(address delegate) external {
        if (isDelegate[msg.sender][delegate]) return;
        isDelegate[msg.sender][delegate] = true;
        delegatesOf[msg.sender].push(delegate);
    }

    function setAllowance(address delegate, address token, uint96 amount, uint16 resetTimeMin, uint32) external {
        require(isDelegate[msg.sender][delegate], "not a delegate");
        Allowance memory allowance = current(msg.sender, delegate, token);
        if (allowance.nonce == 0) allowance.nonce = 1;
        if (allowance.lastResetMin == 0) allowance.lastResetMin = uint32(block.timestamp / 60);
        allowance.resetTimeMin = resetTimeMin;
        allowance.amount = amount;
        kept[msg.sender][delegate][token] = allowance;
    }

    function deleteAllowance(address delegate, address token) external {
        uint16 nonce = kept[msg.sender][delegate][token].nonce;
        kept[msg.sender][delegate][token] = Allowance(0, 0, 0, 0, nonce);
    }

    function executeAllowanceTransfer(
        address safe,
        address token,
        address to,
        uint96 amount,
        address,
        uint96 payment,
        address delegate,
        bytes calldata signature
    ) external {
        require(payment == 0 && signature.length == 0, "not kept here");
        require(msg.sender == delegate && isDelegate[safe][delegate], "not a delegate");
        Allowance memory allowance = current(safe, delegate, token);
        require(amount > 0 && allowance.spent + amount <= allowance.amount, "more than is allowed");
        allowance.spent += amount;
        allowance.nonce += 1;
        kept[safe][delegate][token] = allowance;
        bool paid = token == address(0)
            ? ISafeModules(safe).execTransactionFromModule(to, amount, "", 0)
            : ISafeModules(safe).execTransactionFromModule(
                token, 0, abi.encodeWithSignature("transfer(address,uint256)", to, amount), 0
            );
        require(paid, "not paid");
        emit ExecuteAllowanceTransfer(safe, delegate, token, to, amount, allowance.nonce - 1);
    }

    function getTokenAllowance(address safe, address delegate, address token)
        external
        view
        returns (uint256[5] memory)
    {
        Allowance memory it = current(safe, delegate, token);
        return [uint256(it.amount), it.spent, it.resetTimeMin, it.lastResetMin, it.nonce];
    }

    function getDelegates(address safe, uint48, uint8 pageSize)
        external
        view
        returns (address[] memory results, uint48 next)
    {
        address[] storage all = delegatesOf[safe];
        uint256 count = all.length < pageSize ? all.length : pageSize;
        results = new address[](count);
        for (uint256 at = 0; at < count; at++) results[at] = all[at];
        return (results, 0);
    }

    /// As it stands after a reset that is due: periods follow each other without a gap.
    function current(address safe, address delegate, address token) private view returns (Allowance memory it) {
        it = kept[safe][delegate][token];
        uint32 nowMin = uint32(block.timestamp / 60);
        if (it.resetTimeMin > 0 && it.lastResetMin + it.resetTimeMin <= nowMin) {
            it.spent = 0;
            it.lastResetMin = nowMin - ((nowMin - it.lastResetMin) % it.resetTimeMin);
        }
    }
}
