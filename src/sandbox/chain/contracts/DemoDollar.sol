// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// A token with the habits of the most used dollar on Ethereum: six decimals, `transfer` without a return value, a
/// blacklist, and a fee that its issuer may switch on. For local chains only.
contract DemoDollar {
    string public constant name = "Demo Dollar";
    string public constant symbol = "DUSD";
    uint8 public constant decimals = 6;
    uint256 public constant FEE_DENOMINATOR = 10_000;

    address public immutable issuer;
    uint256 public totalSupply;
    uint256 public feeBasisPoints;
    mapping(address => uint256) public balanceOf;
    mapping(address => bool) public isBlacklisted;

    event Transfer(address indexed from, address indexed to, uint256 value);

    modifier onlyIssuer() {
        require(msg.sender == issuer, "not the issuer");
        _;
    }

    constructor() {
        issuer = msg.sender;
    }

    function issue(address to, uint256 value) external onlyIssuer {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function setBlacklisted(address account, bool listed) external onlyIssuer {
        isBlacklisted[account] = listed;
    }

    function setFee(uint256 basisPoints) external onlyIssuer {
        require(basisPoints <= FEE_DENOMINATOR, "fee above the amount");
        feeBasisPoints = basisPoints;
    }

    /// No return value, on purpose.
    function transfer(address to, uint256 value) external {
        require(!isBlacklisted[msg.sender] && !isBlacklisted[to], "blacklisted");
        require(balanceOf[msg.sender] >= value, "balance too low");
        uint256 fee = (value * feeBasisPoints) / FEE_DENOMINATOR;
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value - fee;
        emit Transfer(msg.sender, to, value - fee);
        if (fee > 0) {
            balanceOf[issuer] += fee;
            emit Transfer(msg.sender, issuer, fee);
        }
    }
}
