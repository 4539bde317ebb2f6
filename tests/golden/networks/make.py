"""Reference values for batch normalisation, convolution, pooling and losses, computed in float64 by PyTorch.

Made with Python 3, torch 1.13.1 and numpy; seed 1914. Images are written with the channels last.
Run: python3 make.py > networks.json
"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(1914)
torch.set_default_dtype(torch.float64)


def last(images):
    return images.permute(0, 2, 3, 1)


def flat(value):
    return [float(f"{x:.12g}") for x in value.detach().reshape(-1).tolist()]


def batch_norm():
    x = torch.randn(3, 2, 4, 5, requires_grad=True)
    scale = torch.randn(2, requires_grad=True)
    offset = torch.randn(2, requires_grad=True)
    dy = torch.randn(3, 2, 4, 5)
    mean, variance = torch.zeros(2), torch.zeros(2)
    y = F.batch_norm(x, mean, variance, scale, offset, training=True, momentum=1.0, eps=1e-3)
    dx, dscale, doffset = torch.autograd.grad(y, (x, scale, offset), dy)
    given_mean, given_variance = torch.randn(2), torch.rand(2) + 0.5
    z = F.batch_norm(x, given_mean, given_variance, scale, offset, training=False, eps=1e-3)
    zx, zscale, zoffset = torch.autograd.grad(z, (x, scale, offset), dy)
    return {
        "x": flat(last(x)), "scale": flat(scale), "offset": flat(offset), "dy": flat(last(dy)),
        "y": flat(last(y)), "mean": flat(mean), "unbiased_variance": flat(variance),
        "dx": flat(last(dx)), "dscale": flat(dscale), "doffset": flat(doffset),
        "given_mean": flat(given_mean), "given_variance": flat(given_variance),
        "inference_y": flat(last(z)), "inference_dx": flat(last(zx)), "inference_dscale": flat(zscale), "inference_doffset": flat(zoffset),
    }


def network():
    """A small convolutional classifier, from images to loss, and all its gradients."""
    x = torch.randn(2, 2, 6, 6)
    filters = (torch.randn(3, 2, 3, 3) * 0.4).requires_grad_()
    bias = torch.randn(3, requires_grad=True)
    weights = (torch.randn(27, 4) * 0.3).requires_grad_()
    labels = torch.tensor([3, 1])
    convolved = F.relu(F.conv2d(x, filters, bias, padding=1))
    pooled = F.max_pool2d(convolved, 2)
    logits = last(pooled).reshape(2, 27) @ weights
    loss = F.cross_entropy(logits, labels)
    dfilters, dbias, dweights = torch.autograd.grad(loss, (filters, bias, weights))
    return {
        "x": flat(last(x)), "filter": flat(filters.permute(2, 3, 1, 0)), "bias": flat(bias), "weights": flat(weights),
        "labels": labels.tolist(), "logits": flat(logits), "loss": flat(loss),
        "dfilter": flat(dfilters.permute(2, 3, 1, 0)), "dbias": flat(dbias), "dweights": flat(dweights),
    }


groups = {"batch_norm": batch_norm(), "network": network()}
print("{\n" + ",\n".join(
    f' "{name}": {{\n' + ",\n".join(f'  "{key}": {json.dumps(value)}' for key, value in group.items()) + "\n }"
    for name, group in groups.items()) + "\n}")
