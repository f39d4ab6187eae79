from django.http import HttpResponse


def task(request, uid=None):
    return HttpResponse()


def confirm(request, uid=None):
    return HttpResponse()


def assign(request, uid=None):
    return HttpResponse()


def report(request, uid=None):
    return HttpResponse()
